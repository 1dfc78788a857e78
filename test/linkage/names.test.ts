import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Db, openDatabase } from '../../pipelines/duckdb.ts'
import { kinds } from '../../pipelines/linkage/kinds.ts'
import { defineMacros } from '../../pipelines/linkage/run.ts'
import { baseDir } from '../../pipelines/project.ts'

let db: Db
beforeAll(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
  await defineMacros(db)
  await db.run(await readFile(join(baseDir, 'sql/macros/names.sql'), 'utf8'))
})
afterAll(() => db.close())

/** What is found between two names; each may have its reading in Latin letters. `region` says whose ear hears them. */
async function found(
  kind: 'given_name' | 'family_name',
  one: string,
  other: string,
  region: 'CN' | 'HK' | 'GB',
) {
  const [a, b] = [one, other].map((name) => {
    const [written, reading = written] = name.split('/')
    const heard = region === 'HK' ? `cantonese_sound('${reading}')` : `standard_name('${reading}')`
    return { written: `standard_name('${written?.replace("'", "''")}')`, heard: heard.replace("O'B", "O''B") }
  }) as [{ written: string; heard: string }, { written: string; heard: string }]
  const [row] = await db.rows<{ level: number }>(
    `select name_level(a, b, similarity(a, b), sa, sb) as level
     from (select ${a.written} as a, ${b.written} as b, ${a.heard} as sa, ${b.heard} as sb)`,
  )
  return kinds[kind].levels[Number(row?.level)]
}

const cases: ['CN' | 'HK' | 'GB', 'given_name' | 'family_name', string, string, string][] = [
  // Mandarin: a character is its pinyin; another character of the same sound is a slip of the ear, not the same name.
  ['CN', 'family_name', '陈/chen', 'Chen', 'same in sound'],
  ['CN', 'family_name', '张/zhang', '章/zhang', 'same in sound'],
  ['CN', 'family_name', '王/wang', '黄/huang', 'differs'],
  ['CN', 'family_name', '王/wang', 'Zhang', 'differs'],
  ['CN', 'given_name', '小明/xiaoming', 'Xiao Ming', 'same in sound'],
  ['CN', 'given_name', '小明/xiaoming', '小敏/xiaomin', 'somewhat similar'],
  ['CN', 'given_name', '伟/wei', 'Wei', 'same in sound'],
  // Lü is keyed as Lv or Lu; the dots are lost before they are compared.
  ['CN', 'family_name', '吕/lü', 'Lu', 'same in sound'],
  // Cantonese: the same character is written by many hands.
  ['HK', 'family_name', '陳/chan', 'CHAN', 'same in sound'],
  ['HK', 'family_name', '李/lei', 'Lee', 'same in sound'],
  ['HK', 'family_name', '黃/wong', 'Wong', 'same in sound'],
  ['HK', 'family_name', '謝/tse', 'Tse', 'same in sound'],
  ['HK', 'given_name', '大文/taiman', 'Tai Man', 'same in sound'],
  ['HK', 'given_name', '大文/taiman', 'Tai-man', 'same in sound'],
  ['HK', 'family_name', '陳/chan', 'Cheung', 'differs'],
  ['HK', 'family_name', '陳/chan', 'Wong', 'differs'],
  // British: accents, hyphens and apostrophes are no difference; an initial is a short form; spellings slip.
  ['GB', 'given_name', 'Zoë', 'Zoe', 'same'],
  ['GB', 'given_name', 'Mary-Jane', 'Mary Jane', 'same'],
  ['GB', 'family_name', "O'Brien", 'OBRIEN', 'same'],
  ['GB', 'family_name', 'Smith', 'Smyth', 'one slip'],
  ['GB', 'given_name', 'Catherine', 'Katherine', 'one slip'],
  ['GB', 'given_name', 'J', 'John', 'short form'],
  ['GB', 'given_name', 'Chris', 'Christopher', 'short form'],
  ['GB', 'family_name', 'Taylor', 'Baker', 'differs'],
  ['GB', 'given_name', 'John', 'Mary', 'differs'],
]

test.each(cases)('%s %s: %s and %s are found %s', async (region, kind, one, other, expected) => {
  expect(await found(kind, one, other, region)).toBe(expected)
})

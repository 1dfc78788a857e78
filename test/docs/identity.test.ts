import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { scoreClusters, scorePairs, scoreRules, scoreThresholds } from '../../bench/linkage/truth.ts'
import { linkageOf, linkageShape } from '../../pipelines/linkage/declaration.ts'
import { kinds } from '../../pipelines/linkage/kinds.ts'
import { modelsOf } from '../../pipelines/linkage/models.ts'
import { baseDir } from '../../pipelines/project.ts'
import { linkedFile } from '../linkage/linked.ts'

const page = await readFile(join(baseDir, 'docs/identity.md'), 'utf8')
const set = join(baseDir, '../shared/data/splink/fake_1000.csv')

test('the declaration shown is one, and every model it names comes of it', () => {
  const [, shown] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
  const linkage = linkageOf('identity.person', linkageShape.parse(parse(shown as string)))
  const made = modelsOf(linkage).map(({ name }) => name.replace('identity.', ''))
  const written = ['person_records', 'person_given', 'person_decisions']
  for (const name of new Set(page.match(/\bperson_[a-z]+/g))) expect([...made, ...written]).toContain(name)
})

test('the kinds listed are those there are', () => {
  const listed = /Kinds are (.*?);/.exec(page)?.[1]?.match(/[a-z_]+/g)
  expect(listed?.sort()).toEqual(Object.keys(kinds).sort())
})

test.skipIf(!existsSync(set))(
  `the evidence shown is what comes out${existsSync(set) ? '' : ' (no data)'}`,
  async () => {
    const db = await linkedFile('fake_1000.yaml', set)
    const pairs = await scorePairs(db, 'identity.people')
    const clusters = await scoreClusters(db, 'identity.people')
    const rules = await scoreRules(db, 'identity.people')
    const thresholds = await scoreThresholds(db, 'identity.people')
    const [blocking] = await db.rows<{ missed_share: number }>(
      'select missed_share from identity.people_missed',
    )
    db.close()
    const short = (share: number, digits = 3) => share.toFixed(digits).replace(/^0/, '')
    expect(page).toContain(
      `pairs: ${short(pairs.blocked)} of the true pairs are brought together by blocking; F1 ${short(pairs.bestF1)} at the best threshold, ${short(pairs.evenF1)} at even odds`,
    )
    expect(page).toContain(
      `clusters: precision ${clusters.precision.toFixed(3)}, recall ${short(clusters.recall)}, F1 ${short(clusters.f1)}`,
    )
    expect(page).toContain(`${short(blocking?.missed_share as number)} of the pairs, where the truth`)
    const shown = page.split('\n').map((line) => line.replace(/\s+/g, ' '))
    for (const { rule, pairs: brought, right, onlyHere } of rules.filter(({ rule }) => !rule.includes('+')))
      expect(
        shown.some((line) => line.startsWith(`${rule} ${brought} ${right} ${onlyHere}`)),
        rule,
      ).toBe(true)
    for (const { threshold, precision, recall } of thresholds.filter(({ threshold: at }) => at <= 6))
      expect(
        shown.some((line) => line.endsWith(`${threshold} ${short(precision, 4)} ${short(recall, 4)}`)),
      ).toBe(true)
  },
  60_000,
)

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelHead, readHead } from '../../pipelines/build/head.ts'
import { openDatabase } from '../../pipelines/duckdb.ts'
import { baseDir } from '../../pipelines/project.ts'

const file = 'sql/lists/draws.sql'
const text = readFileSync(join(baseDir, file), 'utf8')
const select = text.slice(readHead(modelHead, { file, text }).bodyStart)

/** Who keeps 90 persons that A (600 names) and B (300) hold, and 30 that C (100) and B hold. */
async function drawn(rule: string, seed: number): Promise<Map<string, string>> {
  const db = await openDatabase(':memory:')
  try {
    await db.run(`create macro text_param(name) as '${rule}'`)
    await db.run(`create macro param(name) as ${seed}.0`)
    await db.run('create schema lists')
    await db.run('create schema staging')
    await db.run(`create table staging.list_names as
      select l as list_id from range(600) as r(i), (values ('A', 600), ('B', 300), ('C', 100)) as s(l, n) where i < n`)
    await db.run(`create table lists.licences as
      select l as list_id, null::integer as priority, d::date as delivered_on
      from (values ('A', '2025-03-01'), ('B', '2025-02-01'), ('C', '2025-01-01')) as s(l, d)`)
    await db.run(`create table lists.judged as
      select l || '-' || i as list_name_id, l as list_id, 'x' || i as prospect_id, null::varchar as reason
      from range(120) as r(i), (values ('A', 0, 90), ('B', 0, 120), ('C', 90, 120)) as s(l, lo, hi)
      where i >= lo and i < hi`)
    const rows = await db.rows<{ prospect_id: string; list_id: string; place: number }>(select)
    expect(rows).toHaveLength(240)
    const kept = rows.filter(({ place }) => place === 1)
    return new Map(kept.map(({ prospect_id, list_id }) => [prospect_id, list_id]))
  } finally {
    db.close()
  }
}

const count = (kept: Map<string, string>, list: string) =>
  [...kept.values()].filter((one) => one === list).length

test('by priority the list delivered first keeps everybody', async () => {
  const kept = await drawn('priority', 1)
  expect([count(kept, 'A'), count(kept, 'B'), count(kept, 'C')]).toEqual([0, 90, 30])
})

test('in proportion each list keeps its share, to the person', async () => {
  // A : B = 600 : 300 of 90, B : C = 300 : 100 of 30.
  const kept = await drawn('proportion', 1)
  expect([count(kept, 'A'), count(kept, 'C')]).toEqual([60, 8])
  expect(count(kept, 'B')).toBe(30 + 22)
})

test.each(['random', 'proportion'])(
  'drawing (%s) is the same every night, and another with another seed',
  async (rule) => {
    const once = await drawn(rule, 7)
    expect(await drawn(rule, 7)).toEqual(once)
    expect(await drawn(rule, 8)).not.toEqual(once)
  },
)

test('at random every list has the same chance', async () => {
  const kept = await drawn('random', 3)
  // Four standard deviations of 90 tosses.
  expect(Math.abs(count(kept, 'A') - 45)).toBeLessThan(19)
})

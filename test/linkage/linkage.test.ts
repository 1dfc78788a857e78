import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Db } from '../../pipelines/duckdb.ts'
import { clustersOf, linked } from './linked.ts'

/**
 * Made-up people; every third is recorded again with a slip in the name or without its e-mail address. Records
 * are called by their person: p7 and p7b are one.
 */
const people = (count: number) => `
  with
    people as (
      select
        i,
        chr(cast(97 + hash(i, 1) % 26 as integer)) || 'a' || chr(cast(97 + hash(i, 2) % 26 as integer)) || chr(cast(97 + hash(i, 3) % 26 as integer)) || 'o' as given_name,
        chr(cast(97 + hash(i, 4) % 26 as integer)) || 'er' || chr(cast(97 + hash(i, 5) % 26 as integer)) || 'en' || chr(cast(97 + hash(i, 6) % 26 as integer)) as family_name,
        strftime(date '1950-01-01' + cast(hash(i, 7) % 18000 as integer), '%Y-%m-%d') as birth_date,
        'user' || cast(hash(i, 8) % 1000000 as varchar) || '@mail.example.org' as email,
        cast(7000000000 + hash(i, 9) % 100000000 as varchar) as phone,
        'Town' || cast(hash(i, 10) % 20 as varchar) as city
      from range(${count}) as r(i)
    )
  select 'p' || i as record_id, 'shop' as source, * exclude (i) from people
  union all
  select
    'p' || i || 'b', 'desk', given_name, case when i % 2 = 0 then family_name || 'x' else family_name end, birth_date,
    case when i % 4 = 0 then null else email end, case when i % 5 = 0 then null else phone end, city
  from people where i % 3 = 0`

const comparisons = {
  given_name: 'given_name',
  family_name: 'family_name',
  birth_date: 'date',
  email: 'email',
  phone: 'phone',
  city: 'place',
} as const
const blocks = [['email'], ['phone'], ['birth_date'], ['given_name', 'family_name'], ['city']]

let db: Db
beforeAll(async () => {
  db = await linked(people(1200), { comparisons, blocks, largest_block: 60 })
}, 60_000)
afterAll(() => db?.close())

const one = async (select: string, from: Db = db) =>
  Number(Object.values((await from.rows(select))[0] as object)[0])

test('records of one person stand together, and nobody else with them', async () => {
  const pairs = (await clustersOf(db)).filter((ids) => ids.length > 1)
  expect(pairs.length).toBeGreaterThanOrEqual(396)
  expect(pairs.filter(([one, other]) => other !== `${one}b`)).toEqual([])
})

test('pairs that several rules bring are scored once, and stand with the first of them', async () => {
  expect(await one('select count(*) - count(distinct (left_no, right_no)) from identity.people_pairs')).toBe(
    0,
  )
  // Both records of p3 share e-mail address, telephone, birthday and names.
  const [row] = await db.rows(
    `select rule from identity.people_pairs as p
     join identity.people_terms as l on l.record_no = p.left_no join identity.people_terms as r on r.record_no = p.right_no
     where l.record_id = 'p3' and r.record_id = 'p3b'`,
  )
  expect(row).toEqual({ rule: 1 })
})

test('blocks beyond the guard are left out, and counted', async () => {
  const [towns] = await db.rows(
    "select label, blocks, pairs, blocks_left_out, pairs_left_out from identity.people_blocks where label = 'city'",
  )
  expect(towns).toMatchObject({ blocks: 0, pairs: 0, blocks_left_out: 20 })
  expect(Number(towns?.pairs_left_out)).toBeGreaterThan(50_000)
  expect(await one('select count(*) from identity.people_pairs where rule = 5')).toBe(0)
})

test('what the fit learns of chance is what chance does', async () => {
  const share = await one(
    "select other from identity.people_fit where comparison = 'city' and level = (select max(level) from identity.people_fit where comparison = 'city')",
  )
  // Twenty towns, drawn evenly.
  expect(share).toBeGreaterThan(0.045)
  expect(share).toBeLessThan(0.056)
  // Of 400 people recorded again one in two has a slip in the family name.
  const slip = await one(
    "select same from identity.people_fit where comparison = 'family_name' and label = 'one slip'",
  )
  expect(slip).toBeGreaterThan(0.4)
  expect(slip).toBeLessThan(0.6)
  expect(await one('select any_value(matches) from identity.people_fit')).toBeCloseTo(400, -1.3)
})

test('the threshold is the lowest that keeps the error stated, by the weights’ own count', async () => {
  const rows = await db.rows<{ threshold: number; wrong_share: number; is_chosen: boolean }>(
    'select threshold, wrong_share, is_chosen from identity.people_thresholds where threshold >= 0 order by threshold',
  )
  const chosen = rows.findIndex(({ is_chosen }) => is_chosen)
  expect(rows[chosen]?.wrong_share).toBeLessThanOrEqual(0.02)
  expect(rows.slice(0, chosen).every(({ wrong_share }) => wrong_share > 0.02)).toBe(true)
})

test('the reasons of a pair add up to its weight', async () => {
  const rows = await db.rows<{ off: number }>(
    `select max(abs(total - total_weight)) as off from (
       select left_id, right_id, sum(weight) as total, any_value(total_weight) as total_weight
       from identity.people_reasons group by all)`,
  )
  expect(rows[0]?.off).toBeLessThan(0.01)
  expect(await one('select count(*) from identity.people_reasons')).toBeGreaterThan(400)
})

test('decisions by hand stand above all evidence; a source that holds nobody twice is held to it', async () => {
  const decided = await linked(
    people(240),
    { comparisons, blocks, decisions: 'identity.decided', unique_sources: ['shop'] },
    async (fresh) => {
      await fresh.run(`create table identity.decided as
        values ('p3', 'p3b', 'different'), ('p6b', 'p7', 'same'), ('p7', 'p9b', 'same'), ('p1', 'p2', 'same')`)
      await fresh.run('alter table identity.decided rename col0 to left_id')
      await fresh.run('alter table identity.decided rename col1 to right_id')
      await fresh.run('alter table identity.decided rename col2 to decision')
    },
  )
  const clusters = await clustersOf(decided)
  const of = (id: string) => clusters.find((ids) => ids.includes(id))
  expect(of('p3')).toEqual(['p3'])
  expect(of('p3b')).toEqual(['p3b'])
  // What a decision joins takes its own with it, but not two records of the shop.
  expect(of('p7')).toEqual(expect.arrayContaining(['p6b', 'p7', 'p9b']))
  // Those decided to be the same are strangers by all they say; the one pair decided to be different is not.
  const [chosen] = await decided.rows(
    'select same, same_found, different_found, same_not_brought, precision, recall from identity.people_evidence where is_chosen',
  )
  expect(chosen).toEqual({
    same: 3,
    same_found: 0,
    different_found: 1,
    same_not_brought: 3,
    precision: 0,
    recall: 0,
  })
  // p1 and p2 are both of the shop, which knows nobody twice: the decision contradicts it and the build says so.
  expect(of('p1')).toEqual(['p1'])
  expect(
    await one(
      `select max(n) from (select count(*) as n from identity.people_clusters join identity.people_terms using (record_id)
       where source = 'shop' group by identity.people_clusters.cluster_no)`,
      decided,
    ),
  ).toBe(1)
  decided.close()
}, 60_000)

test('a chain of likenesses does not make strangers one', async () => {
  // Anna is like Hanna, Hanna like Hannah …: each is near the next, the ends are different people.
  const chain = `${people(240)}
    union all
    select 'c' || i, 'desk', ['anne', 'anna', 'hanna', 'hannah', 'johannah', 'johanna'][i], 'chainwood',
      ['1960-01-01', '1960-01-01', '1961-01-01', '1961-05-05', '1971-05-05', '1971-08-09'][i], null,
      ['7000000001', '7000000001', '7000000002', '7000000002', '7000000003', '7000000003'][i], 'Town' || (i // 2)
    from range(1, 7) as r(i)`
  const linkedChain = await linked(chain, { comparisons, blocks: [...blocks, ['family_name']] })
  // By links alone, each above the threshold, all six hang together.
  const reached = await one(
    `with recursive
       links as (
         select l.record_id as a, r.record_id as b
         from identity.people_scores as s
         join identity.people_terms as l on l.record_no = s.left_no join identity.people_terms as r on r.record_no = s.right_no
         where weight > (select threshold from identity.people_thresholds where is_chosen)
       ),
       both_ways as (select a, b from links union select b, a from links),
       reached(id) as (select 'c1' union select b from reached join both_ways on a = id)
     select count(*) from reached`,
    linkedChain,
  )
  expect(reached).toBe(6)
  const clusters = await clustersOf(linkedChain)
  expect(clusters.find((ids) => ids.includes('c1') && ids.includes('c6'))).toBeUndefined()
  linkedChain.close()
}, 60_000)

test('the same records in another order give the same clusters', async () => {
  const shuffled = await linked(`select * from (${people(240)}) order by hash(record_id, 5)`, {
    comparisons,
    blocks,
  })
  const plain = await linked(people(240), { comparisons, blocks })
  expect(await clustersOf(shuffled)).toEqual(await clustersOf(plain))
  shuffled.close()
  plain.close()
}, 60_000)

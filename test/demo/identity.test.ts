import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Db, openDatabase } from '../../pipelines/duckdb.ts'
import { openProject } from '../../pipelines/project.ts'
import { firmAfterNight } from '../first-night.ts'
import { chosenLinks } from '../linkage/chosen-links.ts'

let db: Db
/** By record: kind, true person or organisation, true household. */
let truth: Map<string, { kind: string; id: string; household: string | null }>

/** Who is who in a demonstration, and what it should be. */
beforeAll(async () => {
  const dir = await firmAfterNight()
  const { paths } = await openProject(dir)
  db = await openDatabase(paths.warehouse, { readOnly: true })
  const known = new DatabaseSync(join(dir, 'input/truth.sqlite'), { readOnly: true })
  const rows = known
    .prepare(
      'select record_id, kind, true_id, household_id from true_record left join true_person using (true_id)',
    )
    .all()
  known.close()
  truth = new Map(
    rows.map(({ record_id, kind, true_id, household_id }) => [
      record_id as string,
      { kind: kind as string, id: true_id as string, household: household_id as string | null },
    ]),
  )
}, 240_000)
afterAll(() => db?.close())

interface Score {
  precision: number
  recall: number
  f1: number
  /** Share of members that are of their group's most frequent truth. */
  purity: number
}

/** Pairs found in groups against pairs that are true. */
function scoreOf(members: { found: string; wanted: string }[]): Score {
  const count = (key: (one: { found: string; wanted: string }) => string) => {
    const counts = new Map<string, number>()
    for (const one of members) counts.set(key(one), (counts.get(key(one)) ?? 0) + 1)
    return counts
  }
  const pairs = (counts: Map<string, number>) =>
    [...counts.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0)
  const both = count(({ found, wanted }) => `${found} ${wanted}`)
  const found = pairs(count((one) => one.found))
  const wanted = pairs(count((one) => one.wanted))
  const right = pairs(both)
  const largest = new Map<string, number>()
  for (const [key, n] of both) {
    const group = key.split(' ')[0] as string
    largest.set(group, Math.max(n, largest.get(group) ?? 0))
  }
  const pure = [...largest.values()].reduce((sum, n) => sum + n, 0)
  return {
    precision: right / found,
    recall: right / wanted,
    f1: (2 * right) / (found + wanted),
    purity: pure / members.length,
  }
}

const say = (what: string, { precision, recall, f1, purity }: Score) =>
  console.info(
    `${what}: precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}, F1 ${f1.toFixed(4)}, purity ${purity.toFixed(4)}`,
  )

/** Records that still hold something to compare, with their customer. */
const clustered = (kind: string) =>
  db.rows<{ record_id: string; customer_id: string }>(
    `select record_id, customer_id from identity.clusters
     where record_kind = '${kind}' and record_id not in (select person_id from staging.persons where status = 'erased')`,
  )

async function scoreRecords(kind: string): Promise<Score> {
  const rows = await clustered(kind)
  return scoreOf(
    rows.map(({ record_id, customer_id }) => ({
      found: customer_id,
      wanted: truth.get(record_id)?.id as string,
    })),
  )
}

test('records of one person are one customer, and hardly anybody else’s', async () => {
  const score = await scoreRecords('person')
  say('persons', score)
  expect(score.f1).toBeGreaterThan(0.93)
  expect(score.purity).toBeGreaterThan(0.995)
})

test('the share of links that are wrong is below the most that is stated', async () => {
  const { stated, links } = await chosenLinks(db, 'identity.person')
  const wrong = links.filter(({ one, other }) => truth.get(one)?.id !== truth.get(other)?.id).length
  console.info(
    `links of persons: ${stated.wrong_share.toFixed(4)} wrong as expected, ${stated.wrong_share_most.toFixed(4)} at most, ${(wrong / links.length).toFixed(4)} in truth`,
  )
  expect(links.length).toBeGreaterThan(200)
  expect(wrong / links.length).toBeLessThan(stated.wrong_share_most)
})

test('accounts opened twice are one organisation', async () => {
  const score = await scoreRecords('organisation')
  say('organisations', score)
  expect(score.f1).toBeGreaterThan(0.8)
  expect(score.purity).toBeGreaterThan(0.99)
})

test('records in characters and in Latin letters come together', async () => {
  const rows = await clustered('person')
  const names = new Map(
    (
      await db.rows<{ id: string; han: boolean }>(
        "select record_id as id, script = 'han' as han from identity.names where record_kind = 'person'",
      )
    ).map(({ id, han }) => [id, han]),
  )
  const byPerson = Map.groupBy(rows, ({ record_id }) => truth.get(record_id)?.id)
  const across = [...byPerson.values()].filter(
    (records) =>
      records.length === 2 && new Set(records.map(({ record_id }) => names.get(record_id))).size === 2,
  )
  const joined = across.filter(([one, other]) => one?.customer_id === other?.customer_id)
  console.info(`two records in two scripts: ${joined.length} of ${across.length} joined`)
  expect(across.length).toBeGreaterThan(20)
  expect(joined.length / across.length).toBeGreaterThan(0.85)
})

test('households are those who live together, whatever their family names', async () => {
  const rows = await db.rows<{ household_id: string; record_id: string }>(
    `select m.household_id, min(c.record_id) as record_id
     from identity.household_members as m
     join identity.clusters as c on c.customer_id = m.customer_id and c.record_kind = 'person'
     group by m.customer_id, m.household_id`,
  )
  const score = scoreOf(
    rows.map(({ household_id, record_id }) => ({
      found: household_id,
      wanted: truth.get(record_id)?.household as string,
    })),
  )
  say('households', score)
  // Of those missed one has given no address, or the only one known is another house than the family's.
  expect(score.precision).toBeGreaterThan(0.97)
  expect(score.recall).toBeGreaterThan(0.8)
})

test('contact persons who buy for themselves are found where the account says so', async () => {
  const [row] = await db.rows<{ declared: number; contacts: number }>(
    "select count(*) filter (where tied_by = 'declared') as declared, count(*) as contacts from identity.decision_units",
  )
  const [given] = await db.rows<{ declared: number; contacts: number }>(
    'select count(person_id) as declared, count(*) as contacts from staging.organisation_contacts',
  )
  expect(row?.contacts).toBeLessThanOrEqual(given?.contacts as number)
  expect(row?.declared).toBeGreaterThan(0)
})

test('every value of a customer comes from one of its own records', async () => {
  const [row] = await db.rows<{ foreign: number; missing: number }>(
    `select
       count(*) filter (where c.customer_id is distinct from o.customer_id) as foreign,
       (select count(*) from identity.customers as u
        where email is not null and not exists (
          from identity.origins as e where e.customer_id = u.customer_id and e.field = 'email')) as missing
     from identity.origins as o
     left join identity.clusters as c on c.record_id = o.record_id and c.customer_id = o.customer_id`,
  )
  expect(row).toEqual({ foreign: 0, missing: 0 })
})

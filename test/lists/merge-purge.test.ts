import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Db, openDatabase } from '../../pipelines/duckdb.ts'
import { openProject } from '../../pipelines/project.ts'
import { firmAfterNight } from '../first-night.ts'
import { chosenLinks } from '../linkage/chosen-links.ts'

interface True {
  fate: string
  person: string
  isOwnerSeed: boolean
}

let dir: string
let db: Db
let truth: Map<string, True>
/** The person that a record of our own is of. */
let owned: Map<string, string>

/** Merge/purge, invoices, uses and results of a demonstration, beside what is true of it. */
beforeAll(async () => {
  dir = await firmAfterNight()
  const { paths } = await openProject(dir)
  db = await openDatabase(paths.warehouse, { readOnly: true })
  truth = trueNames(join(dir, 'input/truth.sqlite'))
  owned = trueRecords(join(dir, 'input/truth.sqlite'))
}, 240_000)
afterAll(() => db?.close())

function trueNames(file: string): Map<string, True> {
  const known = new DatabaseSync(file, { readOnly: true })
  const rows = known
    .prepare('select list_code, list_row, fate, true_id, is_owner_seed from true_list_name')
    .all()
  known.close()
  return new Map(
    rows.map(({ list_code, list_row, fate, true_id, is_owner_seed }) => [
      `${list_code}-${list_row}`,
      { fate: fate as string, person: true_id as string, isOwnerSeed: is_owner_seed === 1 },
    ]),
  )
}

function trueRecords(file: string): Map<string, string> {
  const known = new DatabaseSync(file, { readOnly: true })
  const rows = known.prepare('select record_id, true_id from true_record').all()
  known.close()
  return new Map(rows.map(({ record_id, true_id }) => [`house:${record_id}`, true_id as string]))
}

/** Who a record compared is in truth: of list names and our own; of suppressions nothing is known. */
const personOf = (record: string) => {
  const [, kind, id] = /^(\w+):(.*)$/.exec(record) ?? []
  return kind === 'name' ? truth.get(id as string)?.person : owned.get(`${kind}:${id}`)
}

const names = () =>
  db.rows<{ list_name_id: string; list_id: string; prospect_id: string; reason: string | null }>(
    'select list_name_id, list_id, prospect_id, reason from lists.names',
  )

const stepOf = (reason: string | null) => (reason === null || reason === 'other_list' ? 'net' : reason)

test('every delivered name has one reason or is net, and one name in a hundred has the wrong one', async () => {
  const found = await names()
  expect(found).toHaveLength(truth.size - 2)
  const wrong = found.filter(({ list_name_id, reason }) => stepOf(reason) !== truth.get(list_name_id)?.fate)
  expect(wrong.length / found.length).toBeLessThan(0.01)
})

test('each step of each waterfall is within one in a hundred of the gross; the two torn rows are rejects', async () => {
  const steps = await db.rows<{ list_id: string; step: string; names: number }>(
    'select list_id, step, abs(names) as names from lists.waterfall',
  )
  const wanted = new Map<string, number>()
  for (const [id, { fate }] of truth) {
    const key = `${id.slice(0, 6)} ${fate}`
    wanted.set(key, (wanted.get(key) ?? 0) + 1)
  }
  const of = (list: string, step: string) =>
    steps.find((one) => one.list_id === list && one.step === step)?.names ?? Number.NaN
  for (const list of ['L-GB25', 'L-EX25', 'L-HH25']) {
    const gross = of(list, 'gross')
    expect(gross).toBe([...truth.keys()].filter((id) => id.startsWith(list)).length)
    for (const step of [
      'own_seed',
      'reject',
      'opt_out',
      'deceased',
      'minor',
      'complaint',
      'duplicate',
      'house',
    ]) {
      const off = Math.abs(of(list, step) - (wanted.get(`${list} ${step}`) ?? 0))
      expect(off, `${list} ${step}`).toBeLessThanOrEqual(gross / 100)
    }
    const kept = of(list, 'net') + of(list, 'other_list')
    expect(Math.abs(kept - (wanted.get(`${list} net`) ?? 0)), `${list} net`).toBeLessThanOrEqual(gross / 100)
  }
})

test('the owners’ decoys survive, our own are found', async () => {
  const found = await names()
  const decoys = found.filter(({ list_name_id }) => truth.get(list_name_id)?.isOwnerSeed)
  expect(decoys).toHaveLength(18)
  expect(decoys.filter(({ reason }) => reason !== null)).toEqual([])
  const own = found.filter(({ reason }) => reason === 'own_seed')
  expect(own.filter(({ list_name_id }) => truth.get(list_name_id)?.fate !== 'own_seed')).toEqual([])
  expect(own).toHaveLength(12)
})

test('who is on two lists is kept once', async () => {
  const net = (await names()).filter(({ reason }) => reason === null)
  const persons = new Map<string, number>()
  for (const { list_name_id } of net) {
    const { person } = truth.get(list_name_id) as True
    persons.set(person, (persons.get(person) ?? 0) + 1)
  }
  const twice = [...persons.values()].filter((count) => count > 1).length
  expect(twice / net.length).toBeLessThan(0.005)
})

test('two owners billed as agreed; the third billed every name', async () => {
  const rows = await db.rows(
    'select list_id, state, expected_amount, billed_amount, gross_amount from lists.invoices order by list_id',
  )
  const [expo, gifts, households] = rows
  expect([expo?.state, gifts?.state, households?.state]).toEqual(['as_agreed', 'as_agreed', 'too_high'])
  expect(households?.billed_amount).toBe(households?.gross_amount)
})

test('a use without proof of consent is a breach; who may be contacted today is what the licence leaves', async () => {
  expect(await db.rows('select list_id, refusal from lists.uses order by list_id')).toEqual([
    { list_id: 'L-EX25', refusal: null },
    { list_id: 'L-GB25', refusal: null },
    { list_id: 'L-HH25', refusal: 'no_proof' },
  ])
  const open = await db.rows<{ list_id: string; channel: string }>(
    'select distinct list_id, channel from lists.audience where is_allowed order by channel',
  )
  expect(open).toEqual([
    { list_id: 'L-GB25', channel: 'mail' },
    { list_id: 'L-GB25', channel: 'sms' },
  ])
})

/** What each list truly brought: true lift × treated × mean true value (earned so far and in three years to come), over its cost. */
async function truePaybacks(): Promise<Map<string, number>> {
  const known = new DatabaseSync(join(dir, 'input/truth.sqlite'), { readOnly: true })
  const won = known
    .prepare(`
      select n.list_code, r.record_id, p.margin_3y
      from true_list_name as n
      join true_person as p on p.true_id = n.true_id
      join true_record as r on r.true_id = n.true_id and r.is_first = 1
      where n.fate = 'net' and p.joined_on between '2025-06-02' and '2025-12-31'`)
    .all()
  const lifts = known
    .prepare(
      "select replace(camp_code, 'L', 'L-') as list, true_lift from true_campaign where camp_code like 'L__25'",
    )
    .all()
  known.close()
  const customers = await db.rows<{ id: string; contribution: number }>(
    'select k.record_id as id, c.contribution from identity.clusters as k join core.customers as c using (customer_id)',
  )
  const earned = new Map(customers.map(({ id, contribution }) => [id, contribution]))
  const results = await db.rows<{ list_id: string; treated: number; total_cost: number }>(
    'select list_id, treated, total_cost from lists.results',
  )
  return new Map(
    results.map(({ list_id, treated, total_cost }) => {
      const values = won
        .filter(({ list_code }) => list_code === list_id)
        .map(({ record_id, margin_3y }) => (earned.get(record_id as string) ?? 0) + (margin_3y as number))
      const worth = values.reduce((sum, value) => sum + value, 0) / values.length
      const lift = lifts.find(({ list }) => list === list_id)?.true_lift as number
      return [list_id, (lift * treated * worth) / total_cost]
    }),
  )
}

test('lists rank by payback as they truly pay', async () => {
  const found = await db.rows<{ list_id: string; payback: number }>(
    'select list_id, round(payback, 2) as payback from lists.results order by payback desc',
  )
  const paybacks = await truePaybacks()
  const truly = [...paybacks].sort(([, a], [, b]) => b - a)
  console.info(
    'payback, true and found:',
    truly.map(([list, payback]) => `${list} ${payback.toFixed(2)}`),
    found,
  )
  expect(found.map(({ list_id }) => list_id)).toEqual(truly.map(([list]) => list))
  expect(truly.every(([, payback]) => payback > 0)).toBe(true)
})

test('most true new customers of the lists are found, and nobody else', async () => {
  const won = await db.rows<{ customer_id: string; list_name_id: string }>(
    'select customer_id, list_name_id from lists.responders',
  )
  const known = new DatabaseSync(join(dir, 'input/truth.sqlite'), { readOnly: true })
  const records = new Map(
    known
      .prepare('select record_id, true_id from true_record')
      .all()
      .map(({ record_id, true_id }) => [record_id as string, true_id as string]),
  )
  known.close()
  const right = won.filter(
    ({ customer_id, list_name_id }) => records.get(customer_id.slice(1)) === truth.get(list_name_id)?.person,
  )
  expect(won.length).toBeGreaterThan(30)
  expect(right.length / won.length).toBeGreaterThan(0.95)
})

test('the share of links that are wrong is below the most that is stated', async () => {
  const { stated, links } = await chosenLinks(db, 'lists.prospect')
  const known = links
    .map(({ one, other }) => [personOf(one), personOf(other)])
    .filter(([one, other]) => one !== undefined && other !== undefined)
  const wrong = known.filter(([one, other]) => one !== other).length
  console.info(
    `links of list names: ${stated.wrong_share.toFixed(4)} wrong as expected, ${stated.wrong_share_most.toFixed(4)} at most, ${(wrong / known.length).toFixed(4)} of ${known.length} in truth`,
  )
  expect(known.length).toBeGreaterThan(500)
  expect(wrong / known.length).toBeLessThan(stated.wrong_share_most)
})

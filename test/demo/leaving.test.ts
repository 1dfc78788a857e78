import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Db, openDatabase } from '../../pipelines/duckdb.ts'
import { areaUnderCurve } from '../../pipelines/fit/examples.ts'
import { openProject } from '../../pipelines/project.ts'
import { firmAfterNight } from '../first-night.ts'

let db: Db

interface Judged {
  kind: string
  alive: boolean
  risk: number
  /** 1 − P(alive). */
  gone: number
  lapsed: number
}
let judged: Judged[]

/** The views of leaving in a demonstration of 4,000 people, beside who is truly still there. */
beforeAll(async () => {
  const dir = await firmAfterNight()
  const { paths } = await openProject(dir)
  db = await openDatabase(paths.warehouse, { readOnly: true })
  judged = await judgedBy(join(dir, 'input/truth.sqlite'))
}, 240_000)
afterAll(() => db?.close())

/** Customers whose records are all of one true person or organisation, with a risk and a P(alive). */
async function judgedBy(file: string): Promise<Judged[]> {
  const known = new DatabaseSync(file, { readOnly: true })
  const truth = new Map(
    known
      .prepare(
        `select r.record_id, r.true_id, coalesce(p.is_alive, o.is_alive) as is_alive
         from true_record as r left join true_person as p using (true_id) left join true_organisation as o using (true_id)`,
      )
      .all()
      .map(({ record_id, true_id, is_alive }) => [
        record_id as string,
        { id: true_id as string, alive: is_alive === 1 },
      ]),
  )
  known.close()
  const rows = await db.rows<{ kind: string; records: string; risk: number; p_alive: number; state: string }>(
    `select r.kind, string_agg(k.record_id, ' ') as records, any_value(r.risk)::double as risk, any_value(r.p_alive)::double as p_alive, any_value(r.state) as state
     from churn.risks as r join identity.clusters as k on k.customer_id = r.customer_id
     where r.risk is not null and r.p_alive is not null
     group by r.kind, r.customer_id`,
  )
  return rows.flatMap(({ kind, records, risk, p_alive, state }) => {
    const who = records.split(' ').map((record) => truth.get(record))
    const [first] = who
    if (!first || who.some((one) => one?.id !== first.id)) return []
    return [{ kind, alive: first.alive, risk, gone: 1 - p_alive, lapsed: state === 'lapsed' ? 1 : 0 }]
  })
}

const curveOf = (rows: Judged[], score: (row: Judged) => number) =>
  areaUnderCurve(Float64Array.from(rows, score), {
    digits: [],
    n: new Float64Array(rows.length).fill(1),
    hits: Float64Array.from(rows, ({ alive }) => (alive ? 0 : 1)),
  }) as number

test('those who are truly lost are told from those alive, better than by the rule', () => {
  const persons = judged.filter(({ kind }) => kind === 'person')
  expect(persons.length).toBeGreaterThan(3000)
  const [risk, gone, lapsed] = [
    curveOf(persons, (row) => row.risk),
    curveOf(persons, (row) => row.gone),
    curveOf(persons, (row) => row.lapsed),
  ]
  // With seed 7: risk .896, P(alive) .911, the rule .797.
  expect(risk).toBeGreaterThan(0.87)
  expect(gone).toBeGreaterThan(0.88)
  expect(risk).toBeGreaterThan(lapsed + 0.05)
})

test('the learnt risk beats both naive rules on the time held out, and is calibrated', async () => {
  const [choice] = await db.rows<{ reason: string; beats_naive: boolean; area_under_curve: number }>(
    'from churn.risk_choice',
  )
  expect(choice).toMatchObject({ reason: null, beats_naive: true })
  expect(choice?.area_under_curve).toBeGreaterThan(0.85)
  const tenths = await db.rows<{ predicted_mean: number; actual_mean: number; customers: number }>(
    'from churn.risk_calibration',
  )
  for (const { predicted_mean, actual_mean, customers } of tenths) {
    // Three points, and the chance that a tenth of a small base has.
    const chance = 2.5 * Math.sqrt((actual_mean * (1 - actual_mean)) / customers)
    expect(Math.abs(predicted_mean - actual_mean)).toBeLessThan(0.03 + chance)
  }
})

test('who declared why they left has that cause', async () => {
  const wrong = await db.rows(`
    select l.customer_id from churn.losses as l
    join identity.clusters as k on k.customer_id = l.customer_id
    join staging.exits as x on coalesce(x.person_id, x.organisation_id) = k.record_id
    where l.basis = 'declared' and x.exited_on >= l.ended_on and x.cause <> l.cause
    group by l.customer_id having count(*) = (select count(*) from staging.exits as y join identity.clusters as j on coalesce(y.person_id, y.organisation_id) = j.record_id where j.customer_id = l.customer_id)`)
  expect(wrong).toEqual([])
})

test('products proposed are bought more often than the most frequent ones', async () => {
  const [evidence] = await db.rows('select beats_naive, customers > 500 as enough from baskets.evidence')
  expect(evidence).toEqual({ beats_naive: true, enough: true })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demo } from '../../data/demo/simulate/prepare.ts'
import { simulate } from '../../data/demo/simulate/simulate.ts'
import { candidates, purchaseModel, stagesOf } from '../../pipelines/fit/candidates.ts'
import { scorer } from '../../pipelines/fit/score.ts'
import { historyOf, patternsOf } from '../fit/histories.ts'

interface Scored {
  alive: number
  expected: number
  low: number
  high: number
  isAlive: boolean
  /** Purchase days of the year after the as-of day. */
  later: number
}

const dir = mkdtempSync(join(tmpdir(), 'forecast-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
let scored: Scored[] = []
let chosen = ''

/** The demonstration itself: what its people did up to the as-of day, scored, beside what is true of them. */
beforeAll(() => {
  simulate({ dir, seed: demo.seed, population: demo.population })
  const db = new DatabaseSync(join(dir, 'operations.sqlite'))
  db.exec(`attach '${join(dir, 'truth.sqlite')}' as truth`)
  const days = db
    .prepare(
      `select distinct true_id, (created_ts + 28800) / 86400 as day from sales_order
       join true_record on record_id = member_no where order_type = 'S' and state <> 90 order by 1, 2`,
    )
    .all() as { true_id: string; day: number }[]
  const truth = db
    .prepare(
      `select true_id, is_alive, days_1y, true_id in (
         select true_id from true_record join t_exit on member_no = record_id) as has_told from true_person`,
    )
    .all() as { true_id: string; is_alive: number; days_1y: number; has_told: number }[]
  db.close()
  const end = Date.parse(demo.until) / 86_400_000
  const weeks = Map.groupBy(days, ({ true_id }) => true_id)
  const people = truth.flatMap(({ true_id, is_alive, days_1y, has_told }) => {
    const times = weeks.get(true_id)?.map(({ day }) => day / 7)
    if (!times) return []
    const told = { isAlive: is_alive === 1, hasTold: has_told === 1, later: days_1y }
    return [{ ...historyOf(times, end / 7, end / 7), ...told }]
  })
  const patterns = patternsOf(people)
  const fits = candidates(stagesOf(patterns)).map((model) => model.fit(patterns))
  const best = fits.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a))
  chosen = best.model
  const horizon = { months: 1, unitsPerMonth: 1, ratePerMonth: 0 }
  const score = scorer(purchaseModel(chosen), best.params, { horizon, near: 365 / 7, level: 0.95 })
  // Who told the firm so is known to have left: that is asked of the others.
  scored = people
    .filter(({ hasTold }) => !hasTold)
    .map(({ x, tx, T, isAlive, later }) => {
      const { alive, near: expected, low, high } = score(x, tx, T)
      return { alive, expected, low, high, isAlive, later }
    })
}, 300_000)

const share = (part: readonly Scored[], of: (one: Scored) => number) =>
  part.reduce((sum, one) => sum + of(one), 0) / part.length

test('two stages a gap and leaving after every purchase: what the people were made by is what is found', () => {
  expect(chosen).toBe('mbg_cnbd_2')
})

test('P(alive) is calibrated: in each tenth it is within 3 points of the share who are truly there', () => {
  const sorted = scored.toSorted((a, b) => a.alive - b.alive)
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const part = sorted.slice((tenth * sorted.length) / 10, ((tenth + 1) * sorted.length) / 10)
    const off = share(part, ({ alive }) => alive) - share(part, ({ isAlive }) => Number(isAlive))
    expect(Math.abs(off), `tenth ${tenth + 1}`).toBeLessThan(0.03)
  }
})

test('the purchases of the coming year are forecast within 5 %, and the intervals of customers hold them', () => {
  const ratio = share(scored, ({ expected }) => expected) / share(scored, ({ later }) => later)
  expect(Math.abs(ratio - 1)).toBeLessThan(0.05)
  // Counts are whole: an interval of 95 % holds more than that.
  const held = share(scored, ({ low, high, later }) => Number(later >= low && later <= high))
  expect(held).toBeGreaterThan(0.95)
})

test('those who are there and those who are gone are told apart: AUC .90', () => {
  const [there, gone] = [true, false].map((state) => scored.filter(({ isAlive }) => isAlive === state))
  const below = Float64Array.from(gone as Scored[], ({ alive }) => alive).sort()
  const position = (value: number, orEqual: boolean) => {
    let [from, to] = [0, below.length]
    while (from < to) {
      const middle = (from + to) >> 1
      const at = below[middle] as number
      if (at < value || (orEqual && at === value)) from = middle + 1
      else to = middle
    }
    return from
  }
  const auc =
    share(there as Scored[], ({ alive }) => (position(alive, false) + position(alive, true)) / 2) /
    below.length
  expect(auc).toBeGreaterThan(0.89)
})

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../pipelines/duckdb.ts'
import { bgNbd, cnbd, mbgNbd, nbd } from '../../pipelines/fit/cnbd.ts'
import { chooseErlang } from '../../pipelines/fit/erlang.ts'
import type { Patterns } from '../../pipelines/fit/model.ts'
import { paretoNbd } from '../../pipelines/fit/pareto-nbd.ts'

const file = join(import.meta.dirname, '../../../shared/data/online_retail/online_retail.csv.gz')
const whyNot = existsSync(file) ? '' : ' (skipped: shared/data/online_retail is not here)'
const onData = test.skipIf(!existsSync(file))

/** Purchase days up to 2011-08-31 of known customers, cancellations and free goods left out; weeks. */
async function calibration(): Promise<Patterns> {
  const db = await openDatabase(':memory:')
  const rows = await db.rows<{ x: number; tx: number; T: number; n: number; gaps: number }>(sql`
    with days as (
      select distinct CustomerID as customer, InvoiceDate::timestamp::date as day
      from read_csv(${file}, all_varchar = true)
      where CustomerID <> '' and InvoiceNo not like 'C%' and Quantity::double > 0 and UnitPrice::double > 0
        and InvoiceDate::timestamp < date '2011-09-01'
    ),
    gaps as (
      select customer, day, (day - lag(day) over (partition by customer order by day)) / 7.0 as gap from days
    ),
    customers as (
      select count(gap)::integer as x, (max(day) - min(day)) / 7.0 as tx, (date '2011-08-31' - min(day)) / 7.0 as T,
        coalesce(sum(ln(gap)), 0) as gaps
      from gaps group by customer
    )
    select x, tx, T as "T", count(*) as n, sum(gaps) as gaps from customers group by all order by all`)
  db.close()
  const column = (name: 'x' | 'tx' | 'T' | 'n') => Float64Array.from(rows, (row) => row[name])
  const logGaps = rows.reduce((sum, row) => sum + row.gaps, 0)
  return { x: column('x'), tx: column('tx'), T: column('T'), n: column('n'), logGaps }
}

let patterns: Patterns
beforeAll(async () => {
  if (existsSync(file)) patterns = await calibration()
})

onData(`BG/NBD, MBG/NBD and Pareto/NBD collapse to NBD, and say so${whyNot}`, () => {
  const counting = nbd.fit(patterns)
  expect(counting).toMatchObject({ converged: true, boundary: null, customers: 3317 })
  expect(Math.abs(counting.logLikelihood + 21755.35)).toBeLessThan(0.01)
  for (const model of [bgNbd, mbgNbd, paretoNbd]) {
    const fit = model.fit(patterns)
    expect(fit).toMatchObject({ boundary: 'no_dropout', converged: true })
    expect(Math.abs(fit.logLikelihood + 21755.35)).toBeLessThan(0.01)
    expect(fit.standardErrors).toMatchObject({ r: expect.any(Number), alpha: expect.any(Number) })
    expect(Object.values(fit.standardErrors).slice(2)).toEqual([null, null])
    // What is left forecasts as NBD does.
    expect(model.expected(fit.params, 4, 20, 35, 26)).toBeCloseTo(
      nbd.expected(counting.params, 4, 20, 35, 26),
      3,
    )
    expect(model.pAlive(fit.params, 4, 5, 35)).toBeGreaterThan(0.999)
  }
})

onData(`BG/CNBD-2 does not collapse: regular gaps show who has left${whyNot}`, () => {
  const fit = cnbd('after_repeat', 2).fit(patterns)
  expect(fit).toMatchObject({ boundary: null, converged: true, agreed: fit.starts })
  const printed = Object.values(fit.params).map((value) => value.toFixed(3))
  expect(printed).toEqual(['0.739', '3.974', '0.091', '1.147'])
  expect(Math.abs(fit.logLikelihood + 21204.8)).toBeLessThan(0.01)
  expect(cnbd('after_repeat', 2).pAlive(fit.params, 10, 10, 35)).toBeLessThan(0.1)
})

onData(`two stages a gap are the likeliest${whyNot}`, () => {
  const { model, fit, tried } = chooseErlang('after_repeat', patterns)
  expect(model.name).toBe('bg_cnbd_2')
  expect(tried.map(({ model: name }) => name)).toEqual(['bg_nbd', 'bg_cnbd_2', 'bg_cnbd_3', 'bg_cnbd_4'])
  expect(fit.logLikelihood).toBe(Math.max(...tried.map(({ logLikelihood }) => logLikelihood)))
  expect(chooseErlang('after_every', patterns).model.name).toBe('mbg_cnbd_2')
})

onData(`without the gaps regularity cannot be judged${whyNot}`, () => {
  const { logGaps: _, ...bare } = patterns
  expect(() => cnbd('after_repeat', 2).fit(bare)).toThrow(/logGaps/)
  expect(bgNbd.fit(bare).boundary).toBe('no_dropout')
})

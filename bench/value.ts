/**
 * Ten million customers, from orders to P(alive), forecast and value of each: `node bench/value.ts [customers]`.
 * Orders are drawn day by day from a known BG/NBD and Gamma-Gamma process. Beside it, in the same run, the plain SQL
 * that only aggregates (x, t_x, T). CPU is of the process with its threads.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as arrow from 'apache-arrow'
import { sql } from 'kysely'
import { type Db, openDatabase } from '../pipelines/duckdb.ts'
import { bgNbd } from '../pipelines/fit/cnbd.ts'
import { fitGammaGamma } from '../pipelines/fit/gamma-gamma.ts'
import type { Fit } from '../pipelines/fit/model.ts'
import { scorer } from '../pipelines/fit/score.ts'
import { beta, gamma, uniforms } from '../test/fit/histories.ts'

/** Days. */
const truth = { r: 0.8, alpha: 90, a: 0.8, b: 2.5 }
const spending = { p: 6, q: 4, gamma: 150 }
const [arrivals, observed] = [365, 730]
const customers = Number(process.argv[2] ?? 10_000_000)
const terms = {
  horizon: { months: 36, unitsPerMonth: 365.25 / 12, ratePerMonth: 1.12 ** (1 / 12) - 1 },
  near: 365.25,
  level: 0.95,
}

interface Cost {
  wall: number
  cpu: number
}

async function timed<T>(work: () => Promise<T> | T): Promise<Cost & { result: T }> {
  const [from, used] = [performance.now(), process.cpuUsage()]
  const result = await work()
  const { user, system } = process.cpuUsage(used)
  return { result, wall: (performance.now() - from) / 1000, cpu: (user + system) / 1e6 }
}

/** Orders in the order of the customers, a million rows at a time. Who left is known by nobody but this. */
async function drawOrders(db: Db): Promise<number> {
  await db.run('create table orders (customer_id integer, ordered_on date, amount double)')
  await db.run('create temp table drawn (customer_id integer, day integer, amount double)')
  const size = 1 << 20
  const [who, when, what] = [new Int32Array(size), new Int32Array(size), new Float64Array(size)]
  const next = uniforms(3)
  let [held, orders] = [0, 0]
  const flush = async () => {
    const drawn = new arrow.Table({
      customer_id: arrow.makeVector(who.slice(0, held)),
      day: arrow.makeVector(when.slice(0, held)),
      amount: arrow.makeVector(what.slice(0, held)),
    })
    await db.append('drawn', drawn)
    await db.run(`insert into orders select customer_id, date '2024-01-01' + day, amount from drawn`)
    await db.run('truncate drawn')
    orders += held
    held = 0
  }
  for (let customer = 0; customer < customers; customer += 1) {
    const [rate, leaves] = [gamma(next, truth.r) / truth.alpha, beta(next, truth.a, truth.b)]
    const level = gamma(next, spending.q) / spending.gamma
    let isFirst = true
    const gap = () => -Math.log(next()) / rate
    for (let time = next() * arrivals; time < observed; time += gap()) {
      who[held] = customer
      when[held] = Math.floor(time)
      what[held] = Math.round((gamma(next, spending.p) / level) * 100) / 100
      held += 1
      if (held === size) await flush()
      if (!isFirst && next() < leaves) break
      isFirst = false
    }
  }
  await flush()
  return orders
}

const end = sql.lit('2025-12-30')

/** What any model of purchases needs, and nothing else. */
const aggregate = (db: Db) =>
  db.run(sql`
    create or replace table plain as
    with days as (select customer_id, ordered_on from orders group by customer_id, ordered_on)
    select customer_id, count(*) - 1 as x, max(ordered_on) - min(ordered_on) as t_x, date ${end} - min(ordered_on) as age
    from days
    group by customer_id`)

/** The same with the spend, and from there on to the value. */
async function value(db: Db, step: (name: string, work: () => Promise<void>) => Promise<void>) {
  let [purchases, spend] = [undefined as Fit | undefined, undefined as Fit | undefined]
  await step('histories', () =>
    db.run(sql`
      create or replace table histories as
      with days as (
        select customer_id, ordered_on, sum(amount) as amount from orders group by customer_id, ordered_on
      )
      select
        customer_id,
        cast(count(*) - 1 as integer) as x,
        cast(max(ordered_on) - min(ordered_on) as integer) as t_x,
        cast(date ${end} - min(ordered_on) as integer) as age,
        avg(amount) as mean_purchase
      from days
      group by customer_id`),
  )
  await step('patterns', () =>
    db.run(`
      create or replace table patterns as
      select x, t_x, age, cast(count(*) as integer) as customers from histories group by all order by x, age, t_x`),
  )
  let read = { x: new Float64Array(), tx: new Float64Array(), T: new Float64Array(), n: new Float64Array() }
  await step('reading patterns', async () => {
    const table = await db.arrow('select x, t_x, age, customers from patterns')
    const column = (name: string) => Float64Array.from(table.getChild(name)?.toArray())
    read = { x: column('x'), tx: column('t_x'), T: column('age'), n: column('customers') }
  })
  // The engine counts spends while the purchase model is fitted, as it does in a night: neither asks for the other.
  await step('fits', async () => {
    const counted = db.arrow(`
      with rounded as (
        select x + 1 as x, round(mean_purchase, 2 - cast(floor(log10(mean_purchase)) as integer)) as m
        from histories where mean_purchase > 0
      )
      select x, m, cast(count(*) as double) as n from rounded group by all order by all`)
    await Promise.resolve()
    purchases = bgNbd.fit(read)
    const table = await counted
    const column = (name: string) => Float64Array.from(table.getChild(name)?.toArray())
    spend = fitGammaGamma(column('x'), column('m'), column('n'))
  })
  await step('scores', async () => {
    const score = scorer(bgNbd, (purchases as Fit).params, terms)
    const size = read.x.length
    const [alive, near, discounted] = [0, 0, 0].map(() => new Float64Array(size)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ]
    const [low, high] = [new Int32Array(size), new Int32Array(size)]
    for (let i = 0; i < size; i += 1) {
      const one = score(read.x[i] as number, read.tx[i] as number, read.T[i] as number)
      alive[i] = one.alive
      near[i] = one.near
      low[i] = one.low
      high[i] = one.high
      discounted[i] = one.discounted
    }
    const whole = (column: Float64Array) => arrow.makeVector(Int32Array.from(column))
    await db.run(`
      create temp table scored
        (x integer, t_x integer, age integer, p_alive double, expected_12m double, low integer, high integer, discounted double)`)
    await db.append(
      'scored',
      new arrow.Table({
        x: whole(read.x),
        t_x: whole(read.tx),
        age: whole(read.T),
        p_alive: arrow.makeVector(alive),
        expected_12m: arrow.makeVector(near),
        low: arrow.makeVector(low),
        high: arrow.makeVector(high),
        discounted: arrow.makeVector(discounted),
      }),
    )
    // As in a warehouse: decimals, which are also packed at less cost.
    await db.run(`
      create table scores as
      select * replace (
        cast(p_alive as decimal(10, 9)) as p_alive, cast(expected_12m as decimal(18, 9)) as expected_12m,
        cast(discounted as decimal(18, 9)) as discounted
      )
      from scored`)
  })
  await step('customers', async () => {
    const { p, q, gamma: scale } = (spend as Fit).params
    const number = (figure: number | undefined) => sql`cast(${sql.lit(figure)} as double)`
    await db.run(sql`
      create or replace table customers as
      select
        h.customer_id, s.p_alive, s.expected_12m, s.low, s.high,
        cast(
          0.3 * cast(s.discounted as double) * ${number(p)} * (${number(scale)} + (h.x + 1) * h.mean_purchase)
            / (${number(p)} * (h.x + 1) + ${number(q)} - 1) as decimal(18, 4)
        ) as value
      from histories as h
      join scores as s on s.x = h.x and s.t_x = h.t_x and s.age = h.age`)
  })
  return { purchases: purchases as Fit, spend: spend as Fit, patterns: read.x.length }
}

const figures = (params: Record<string, number>) =>
  Object.entries(params).map(([name, figure]) => `${name} ${figure.toPrecision(4)}`)
const shown = ({ wall, cpu }: Cost) => `${wall.toFixed(2).padStart(7)} s (${cpu.toFixed(2)} s CPU)`

const dir = mkdtempSync(join(tmpdir(), 'clientele-value-'))
try {
  const db = await openDatabase(join(dir, 'orders.duckdb'), { threads: 2 })
  const drawn = await timed(() => drawOrders(db))
  console.log(`${drawn.result} orders of ${customers} customers, drawn in ${shown(drawn)}`)
  const plain = await timed(() => aggregate(db))
  console.log(`plain (x, t_x, T)  ${shown(plain)}`)
  const all: Cost = { wall: 0, cpu: 0 }
  const made = await value(db, async (name, work) => {
    const cost = await timed(work)
    all.wall += cost.wall
    all.cpu += cost.cpu
    console.log(`  ${name.padEnd(17)}${shown(cost)}`)
  })
  console.log(
    `P(alive), forecast, value ${shown(all)}: ${(all.wall / plain.wall).toFixed(2)} x the wall, ${(all.cpu / plain.cpu).toFixed(2)} x the CPU of the plain SQL`,
  )
  console.log(
    `${made.patterns} patterns; ${figures(made.purchases.params).join(' ')} of ${figures(truth).join(' ')}`,
  )
  console.log(`${figures(made.spend.params).join(' ')} of ${figures(spending).join(' ')}`)
  const [check] = await db.rows(
    'select count(*) as customers, avg(p_alive) as alive, sum(expected_12m) as expected, sum(value) as value from customers',
  )
  console.log(check)
  db.close()
} finally {
  rmSync(dir, { recursive: true, force: true })
}

import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { builtDaybook, contents, daybook, type NightOptions, night, rebuilt } from './daybook.ts'

/** Days over a spring, so that months, weeks and days all have gaps and neighbours. */
const day = fc.integer({ min: 0, max: 110 }).map((n) => sql`(date '2024-01-01' + ${sql.lit(n)})`)
const moment = fc
  .tuple(day, fc.integer({ min: 0, max: 1439 }))
  .map(([date, minute]) => sql`(${date} + ${sql.lit(minute)} * interval 1 minute)`)
const shop = fc.constantFrom('Leeds', 'Bath', 'York', null).map((name) => sql.lit(name))
const amount = fc.integer({ min: -5, max: 20 }).map((n) => sql.lit(n))
/** One of the rows there are, whatever their number. */
const which = fc.nat(1000).map((n) => sql.lit(n))

const oneOf = (table: string, id: string, n: typeof sql.lit extends (v: never) => infer R ? R : never) =>
  sql`${sql.id(id)} = (select ${sql.id(id)} from ${sql.table(table)} order by ${sql.id(id)}
    offset (${n} % greatest(1, (select count(*) from ${sql.table(table)}))) limit 1)`
const next = (table: string, id: string) =>
  sql`(select coalesce(max(${sql.id(id)}), 0) + 1 from ${sql.table(table)})`
const order = (n: ReturnType<typeof sql.lit>) => oneOf('raw.orders', 'order_id', n)
const line = (n: ReturnType<typeof sql.lit>) => oneOf('raw.lines', 'line_id', n)

/** What may have happened since the night before; late, corrected, moved and deleted rows among it. */
const event = fc.oneof(
  fc
    .tuple(shop, fc.option(moment, { freq: 9, nil: sql`null` }), amount)
    .map(
      ([where, when, sum]) =>
        sql`insert into raw.orders select ${next('raw.orders', 'order_id')}, ${where}, ${when}, ${sum}, null`,
    ),
  fc.tuple(which, day, fc.boolean()).map(
    ([n, date, sameDay]) =>
      sql`insert into raw.lines select ${next('raw.lines', 'line_id')}, order_id,
        ${sameDay ? sql`coalesce(placed_at::date, ${date})` : date}, 1 from raw.orders where ${order(n)}`,
  ),
  fc.tuple(which, amount).map(([n, sum]) => sql`update raw.orders set amount = ${sum} where ${order(n)}`),
  fc
    .tuple(which, moment)
    .map(([n, when]) => sql`update raw.orders set placed_at = ${when} where ${order(n)}`),
  fc.tuple(which, day).map(([n, date]) => sql`update raw.lines set booked_on = ${date} where ${line(n)}`),
  which.map((n) => sql`update raw.orders set note = 'seen' where ${order(n)}`),
  which.map((n) => sql`delete from raw.orders where ${order(n)}`),
  which.map((n) => sql`delete from raw.lines where ${line(n)}`),
  fc.tuple(which, which).map(
    // Two orders change times: every month keeps as many rows, and the same amounts.
    ([a, b]) => sql`update raw.orders as o set placed_at = other.placed_at from raw.orders as other
      where (o.${order(a)} and other.${order(b)}) or (o.${order(b)} and other.${order(a)})`,
  ),
)
/** Rarer: it makes everything that reads the shops anew. */
const shopEvent = fc
  .constantFrom('North', 'South', 'West')
  .map((region) => sql`update raw.shops set region = ${sql.lit(region)} where shop = 'Bath'`)

const asOf = fc
  .integer({ min: 20, max: 110 })
  .map((n) => new Date(Date.UTC(2024, 0, 1 + n)).toISOString().slice(0, 10))
const before = fc.oneof(
  { weight: 5, arbitrary: fc.constant(undefined) },
  // A part of the models was built in between, or days were restated.
  { weight: 1, arbitrary: fc.constant<NightOptions>({ select: ['core.days', 'staging.*'] }) },
  { weight: 1, arbitrary: fc.constant<NightOptions>({ restate: { from: '2024-02-01', to: '2024-02-20' } }) },
)
const oneNight = fc.record({
  events: fc.array(fc.oneof({ weight: 12, arbitrary: event }, { weight: 1, arbitrary: shopEvent }), {
    maxLength: 7,
  }),
  asOf,
  before,
})

test('whatever happens between nights, what is made by intervals is what a full build makes', async () => {
  const project = await daybook()
  let inPart = 0
  await fc.assert(
    fc.asyncProperty(fc.array(oneNight, { minLength: 3, maxLength: 3 }), async (nights) => {
      const db = await builtDaybook()
      for (const { events, asOf, before } of nights) {
        for (const statement of events) await db.run(statement)
        if (before) await night(project, db, { asOf, ...before })
        const { models } = await night(project, db, { asOf })
        inPart += models.filter(
          ({ intervals }) => intervals && intervals.anew.length > 0 && intervals.kept > 0,
        ).length
        expect(await contents(db)).toEqual(await contents(await rebuilt(project, db, { asOf })))
      }
      db.close()
    }),
    { numRuns: 4, seed: 20240331, endOnFailure: true },
  )
  // The histories are of use only when much was left as it stood.
  expect(inPart).toBeGreaterThan(12)
})

import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { listCampaigns } from '../../data/demo/simulate/campaign-plan.ts'
import { random } from '../../data/demo/simulate/random.ts'
import type { Db } from '../../pipelines/duckdb.ts'
import { onGiven } from '../sql/on-given.ts'

/** Of the value of a customer: standard deviation over mean. */
const spread = 1.3

/**
 * The three lists of the demonstration as they truly are: base and uplift of the plan, names treated and held back, what a
 * customer of each is worth on average and what the list cost, in yuan.
 */
const truths = listCampaigns.map(({ id, base, uplift }) => {
  const [treated, control, worth, cost] = {
    LGB25: [8000, 1400, 800, 52_000],
    LEX25: [5200, 900, 2000, 23_700],
    LHH25: [7000, 1250, 1570, 69_000],
  }[id] as [number, number, number, number]
  const lift = (1 - base) * uplift
  return { id, base, lift, treated, control, worth, cost, payback: (lift * treated * worth) / cost }
})
/** Lists as large as they are, and small ones of an eighth of their names and cost. */
const sizes = [
  { share: 1, worlds: 20 },
  { share: 1 / 8, worlds: 100 },
]

interface Drawn {
  list: string
  treated: number
  control: number
  came: number
  anyway: number
  cost: number
  values: string[]
}

/** Who becomes a customer, and what they are worth, drawn anew in every world. */
function draw(): Drawn[] {
  const rng = random('lists/payback')
  const buyers = (n: number, p: number) =>
    Array.from({ length: n }, () => rng.chance(p)).filter(Boolean).length
  const worth = (mean: number) => (mean * spread ** 2 * rng.gamma(1 / spread ** 2)).toFixed(4)
  const world = (name: string, share: number): Drawn[] =>
    truths.map((list) => {
      const [treated, control] = [list.treated * share, list.control * share].map(Math.round) as [
        number,
        number,
      ]
      const [came, anyway] = [buyers(treated, list.base + list.lift), buyers(control, list.base)]
      const values = Array.from({ length: came + anyway }, () => worth(list.worth))
      return { list: `${name} ${list.id}`, treated, control, came, anyway, cost: list.cost * share, values }
    })
  return sizes.flatMap(({ share, worlds }, i) =>
    Array.from({ length: worlds }, (_, w) => world(`${i} ${w}`, share)).flat(),
  )
}

/** The names as the models read them: those who came are customers since, known by the number of their name. */
async function give(db: Db): Promise<void> {
  const shape =
    '[{"list": "VARCHAR", "treated": "INT", "control": "INT", "came": "INT", "anyway": "INT", "cost": "DOUBLE", "values": "VARCHAR[]"}]'
  await db.run(sql`
    create table drawn as
    select unnest(from_json(${sql.lit(JSON.stringify(draw()))}, ${sql.lit(shape)}), recursive := true)`)
  await db.run("insert into staging.lists (list_id, delivered_on) select list, date '2025-06-01' from drawn")
  await db.run(`
    insert into lists.invoices (list_id, net_names, cost, state)
    select list, treated + control, cost, 'as_agreed' from drawn`)
  await db.run(`
    insert into lists.touches (contact_id, list_id, cell, is_net, contacted_on, window_to, customer_id)
    select list || ' ' || name, list, cell, true, date '2025-06-09', date '2025-07-31', case when name < bought then list || ' ' || name end
    from (
      select list, 'treatment' as cell, unnest(range(treated)) as name, came as bought from drawn
      union all
      select list, 'control', unnest(range(treated, treated + control)), treated + anyway from drawn
    )`)
  await db.run(`
    insert into core.customers (customer_id, recorded_on, first_purchase_on)
    select customer_id, contacted_on, contacted_on from lists.touches where customer_id is not null`)
  await db.run(`
    insert into lists.responders (customer_id, list_id, cell, value)
    select list || ' ' || place, list, 'treatment', value::decimal(18, 4)
    from (select list, unnest(values) as value, unnest(range(len(values))) as place from drawn)`)
}

interface Found {
  size: number
  world: string
  id: string
  payback: number
  low: number
  high: number
}

const truthOf = (id: string) => truths.find((truth) => truth.id === id)?.payback as number

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

/** How often the order of a world's lists, the order of two whose intervals are apart, and an interval are right. */
function judge(found: readonly Found[]) {
  const worlds = [...Map.groupBy(found, ({ world }) => world).values()]
  const isRight = (one: Found, other: Found) =>
    one.payback > other.payback === truthOf(one.id) > truthOf(other.id)
  const pairs = worlds.flatMap((lists) =>
    lists.flatMap((one, i) => lists.slice(i + 1).map((other) => [one, other] as const)),
  )
  const apart = pairs.filter(([one, other]) => one.low > other.high || other.low > one.high)
  const share = <T>(all: readonly T[], holds: (one: T) => boolean) => all.filter(holds).length / all.length
  return {
    ranked: share(worlds, (lists) =>
      lists.every((one) => lists.every((other) => one === other || isRight(one, other))),
    ),
    apart: share(apart, ([one, other]) => isRight(one, other)),
    inside: share(found, ({ id, low, high }) => low <= truthOf(id) && truthOf(id) <= high),
    pairs: apart.length,
  }
}

test(
  'payback ranks the lists as they truly pay, and its intervals hold the truth',
  { timeout: 240_000 },
  () =>
    onGiven({
      asOf: '2026-06-30',
      give,
      models: ['lists.results'],
      look: async (db) => {
        const found = await db.rows<Found>(`
        select cast(list_id[1] as integer) as size, list_id[:-7] as world, list_id[-5:] as id, payback, payback_low as low, payback_high as high
        from lists.results`)
        const [large, small] = sizes.map((_, i) => judge(found.filter(({ size }) => size === i))) as [
          ReturnType<typeof judge>,
          ReturnType<typeof judge>,
        ]
        console.info(
          `lists ranked as they truly pay: ${percent(large.ranked)} of worlds, ${percent(small.ranked)} of those with small lists; ` +
            `intervals that hold the truth: ${percent(large.inside)} and ${percent(small.inside)}`,
        )
        expect(found).toHaveLength(360)
        // By the spread of the figures the order of large lists is right 99 times in 100; small ones bring a dozen customers each.
        expect(large.ranked).toBeGreaterThan(0.93)
        expect(small.ranked).toBeGreaterThan(0.7)
        // Where the intervals of two lists are apart, the better one is better.
        expect(Math.min(large.pairs, small.pairs)).toBeGreaterThan(40)
        expect(Math.min(large.apart, small.apart)).toBeGreaterThan(0.97)
        // 60 and 300 intervals of 95 %: three standard errors are 8 and 4 points. Those of a dozen skewed values are a little too narrow.
        expect(large.inside).toBeGreaterThan(0.86)
        expect(small.inside).toBeGreaterThan(0.88)
      },
    }),
)

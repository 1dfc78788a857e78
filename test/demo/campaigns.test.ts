import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { campaignPlan } from '../../data/demo/simulate/campaign-plan.ts'
import { random } from '../../data/demo/simulate/random.ts'
import { makeWorld, type World } from '../../data/demo/simulate/world.ts'
import { modelHead, readHead } from '../../pipelines/build/head.ts'
import type { Db } from '../../pipelines/duckdb.ts'
import { baseDir } from '../../pipelines/project.ts'
import { onGiven } from '../sql/on-given.ts'
import { type Sold, soldIn, triedIn } from './price-trial.ts'

/** A run of a campaign as it truly was: what the piece changed over all selected, and what each cell showed. */
interface Run {
  lift: number
  treated: number
  treatedBought: number
  control: number
  controlBought: number
}

/** Every run with a control in the lives of a firm; both outcomes of everybody selected are known. */
const runsOf = ({ lives }: World): Run[] =>
  lives.outcomes
    .filter((_, i) => campaignPlan[i]?.medium !== 'programme')
    .map((outcome) => ({
      lift: (outcome.with - outcome.without) / outcome.selected,
      treated: outcome.treated,
      treatedBought: outcome.treatedBought,
      control: outcome.selected - outcome.treated,
      controlBought: outcome.controlBought,
    }))
    .filter(({ treated, control }) => treated >= 60 && control >= 30)

/** Runs of a process that is known to the last figure, as the plan of the firm has them: base, uplift, repelled, undelivered. */
function drawnRuns(seed: string, runs: number): Run[] {
  const rng = random(seed)
  return Array.from({ length: runs }, (_, i) => {
    const { uplift, suppress } = campaignPlan[i % campaignPlan.length] as (typeof campaignPlan)[number]
    const base = 0.05 + 0.3 * rng.next()
    const [treated, control] = [rng.between(300, 900), rng.between(150, 400)]
    const [works, repels] = [0.965 * uplift, 0.965 * suppress]
    const withPiece = base * (1 - repels) + (1 - base) * works
    const buyers = (n: number, p: number) =>
      Array.from({ length: n }, () => rng.chance(p)).filter(Boolean).length
    const lift = withPiece - base
    return {
      lift,
      treated,
      treatedBought: buyers(treated, withPiece),
      control,
      controlBought: buyers(control, base),
    }
  })
}

const drawn = drawnRuns('campaigns/truth', 600)
const worlds = [1, 2, 3, 4, 5, 6].map((seed) => {
  const world = makeWorld({ seed, population: 1000 })
  return { runs: runsOf(world), sold: soldIn(world), tried: triedIn(world, 600) }
})
const lived = worlds.flatMap(({ runs }) => runs)

test('true lifts lie in their 95 % intervals at the nominal rate', { timeout: 240_000 }, () =>
  onGiven({
    asOf: '2026-06-30',
    give: async (db) => {
      const cells = [...drawn, ...lived].flatMap((run, i) => [
        { id: `r${i}`, cell: 'treatment', size: run.treated, buyers: run.treatedBought },
        { id: `r${i}`, cell: 'control', size: run.control, buyers: run.controlBought },
      ])
      await db.run(sql`
        insert into campaigns.cells
          (campaign_id, cell, sent_on, last_sent_on, is_list, pieces, cost, size, responders, response, buyers, conversion,
            net_sales, spend_a_head, margin, margin_a_head)
        select id, cell, date '2025-01-01', date '2025-01-01', false, size, 0, size, buyers, buyers / size, buyers, buyers / size, 0, 0, 0, 0
        from (
          select unnest(from_json(${sql.lit(JSON.stringify(cells))}, '[{"id": "VARCHAR", "cell": "VARCHAR", "size": "BIGINT", "buyers": "BIGINT"}]'), recursive := true)
        )`)
    },
    models: ['campaigns.results'],
    look: async (db) => {
      const rows = await db.rows<{ id: string; lift: number; error: number }>(
        'select campaign_id as id, lift, lift_error as error from campaigns.results',
      )
      const found = new Map(rows.map((row) => [row.id, row]))
      const inside = (runs: readonly Run[], from: number) =>
        runs.filter(({ lift }, i) => {
          const row = found.get(`r${from + i}`) as (typeof rows)[number]
          return Math.abs(row.lift - lift) <= row.error
        }).length / runs.length
      // 600 draws: ± 2.7 points are three standard errors of a share of 95 %.
      expect(inside(drawn, 0)).toBeGreaterThan(0.923)
      expect(inside(drawn, 0)).toBeLessThan(0.977)
      // Over the very people selected, whose both outcomes are drawn together, the interval is rather too wide than too narrow.
      expect(lived.length).toBeGreaterThan(100)
      expect(inside(lived, drawn.length)).toBeGreaterThan(0.93)
    },
  }),
)

interface Elasticity {
  category: string | null
  elasticity: number
  error: number
}

const file = 'sql/prices/elasticity.sql'
const text = readFileSync(join(baseDir, file), 'utf8')
const select = text.slice(readHead(modelHead, { file, text }).bodyStart)

/** What the model reads from these sales. */
async function elasticitiesOf(db: Db, sold: readonly Sold[]): Promise<Elasticity[]> {
  const shape =
    '[{"month": "DATE", "category": "VARCHAR", "units": "INT", "list": "DOUBLE", "discount": "DOUBLE"}]'
  await db.run('truncate core.lines')
  await db.run('truncate staging.products')
  await db.run(sql`
    insert into core.lines (product_id, line_kind, kind, booked_on, quantity, list_sales, discount)
    select category, 'sale', 'person', month, units, list / 100, discount / 100
    from (select unnest(from_json(${sql.lit(JSON.stringify(sold))}, ${sql.lit(shape)}), recursive := true))`)
  await db.run(
    'insert into staging.products (product_id, category) select distinct product_id, product_id from core.lines',
  )
  return db.rows<Elasticity>(`select category, elasticity, elasticity_error as error from (${select})`)
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

test(
  'elasticities read from the books hold what a trial with the same buyers finds',
  { timeout: 240_000 },
  () =>
    onGiven({
      asOf: '2026-06-30',
      give: async () => {},
      models: ['prices.elasticity'],
      look: async (db) => {
        const found: Elasticity[] = []
        const tried: Elasticity[] = []
        for (const world of worlds) {
          found.push(...(await elasticitiesOf(db, world.sold)))
          tried.push(...(await elasticitiesOf(db, world.tried)))
        }
        const truth = (of: string | null) =>
          mean(tried.filter(({ category }) => category === of).map(({ elasticity }) => elasticity))
        const inside = found.filter(
          ({ category, elasticity, error }) => Math.abs(elasticity - truth(category)) <= error,
        )
        const all = found.filter(({ category }) => category === null)
        console.info(
          `elasticity of all categories: ${truth(null).toFixed(2)} by trial, ${mean(all.map(({ elasticity }) => elasticity)).toFixed(2)} read; ` +
            `${inside.length} of ${found.length} intervals hold the truth`,
        )
        expect(found).toHaveLength(42)
        // 42 intervals of 95 %: three standard errors are 10 points; six readings of all categories with ± 0.6 each: 0.4.
        expect(inside.length / found.length).toBeGreaterThan(0.85)
        expect(Math.abs(mean(all.map(({ elasticity }) => elasticity)) - truth(null))).toBeLessThan(0.4)
        // Discounts do pull in this firm: else there were nothing to find.
        expect(truth(null)).toBeLessThan(-1)
      },
    }),
)

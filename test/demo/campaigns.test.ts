import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { campaignPlan } from '../../data/demo/simulate/campaign-plan.ts'
import { random } from '../../data/demo/simulate/random.ts'
import { makeWorld } from '../../data/demo/simulate/world.ts'
import { onGiven } from '../sql/on-given.ts'

/** A run of a campaign as it truly was: what the piece changed over all selected, and what each cell showed. */
interface Run {
  lift: number
  treated: number
  treatedBought: number
  control: number
  controlBought: number
}

/** Every run with a control in the lives of a firm; both outcomes of everybody selected are known. */
const runsOf = (seed: number): Run[] =>
  makeWorld({ seed, population: 1000 })
    .lives.outcomes.filter((_, i) => campaignPlan[i]?.medium !== 'programme')
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
const lived = [1, 2, 3, 4, 5, 6].flatMap(runsOf)

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

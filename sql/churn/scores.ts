import type { Table } from 'apache-arrow'
import { defineModel } from '../../pipelines/build/model.ts'
import { candidate } from '../../pipelines/fit/candidates.ts'
import type { Params, PurchaseModel } from '../../pipelines/fit/model.ts'
import { discountedExpected } from '../../pipelines/fit/value.ts'

const daysPerWeek = 7
const weeksPerMonth = 365.25 / 12 / daysPerWeek

interface Choice {
  kind: string
  model: PurchaseModel
  estimates: Params
  /** P(alive) is published, and the model lets a customer leave right after the first purchase. */
  alive: boolean
  months: number
}

function choicesOf(table: Table): Map<string, Choice> {
  const rows = table.toArray().map((row) => row.toJSON())
  return new Map(
    rows.map(({ kind, model, alive_model, horizon_months, ...estimates }) => [
      kind,
      { kind, model: candidate(model), estimates, alive: alive_model === model, months: horizon_months },
    ]),
  )
}

function score(
  { model, estimates, alive, months }: Choice,
  [x, tx, age]: [number, number, number],
  rate: number,
) {
  const history = [x, tx / daysPerWeek, age / daysPerWeek] as const
  const horizon = { months, unitsPerMonth: weeksPerMonth, ratePerMonth: (1 + rate) ** (1 / 12) - 1 }
  const { transactions, discounted } = discountedExpected(model, estimates, ...history, horizon)
  const knows = alive && (x > 0 || model.name.startsWith('mbg'))
  return {
    p_alive: knows ? model.pAlive(estimates, ...history) : null,
    expected_12m: model.expected(estimates, ...history, 12 * weeksPerMonth),
    expected: transactions,
    discounted,
    variance: model.moments(estimates, ...history, months * weeksPerMonth).variance,
  }
}

export default defineModel({
  description:
    'What the chosen model, fitted on everything up to the as-of day, says of every purchase history. A BG model holds a ' +
    'customer with one purchase to be alive by construction: P(alive) is null for these. Kinds of customer without a forecast have no row.',
  grain: 'one row a kind of customer and pattern of the full period',
  columns: {
    kind: { type: 'VARCHAR', description: 'Kind of customer', tests: ['not_null'] },
    x: { type: 'BIGINT', description: 'Repeat purchase days', tests: ['not_null'] },
    t_x: { type: 'BIGINT', description: 'Days from the first purchase to the last', tests: ['not_null'] },
    age: {
      type: 'BIGINT',
      description: 'Days from the first purchase to the as-of day',
      tests: ['not_null'],
    },
    p_alive: {
      type: 'DECIMAL(10,9)',
      description: 'Probability of still being a customer; null when not published',
      tests: [{ range: { min: 0, max: 1 } }],
    },
    expected_12m: {
      type: 'DECIMAL(18,9)',
      description: 'Purchase days expected in the next twelve months',
      tests: ['not_null', { range: { min: 0 } }],
    },
    expected: { type: 'DECIMAL(18,9)', description: 'The same over horizon_months', tests: ['not_null'] },
    discounted: {
      type: 'DECIMAL(18,9)',
      description: 'The same, each month discounted from its end to the as-of day',
      tests: ['not_null'],
    },
    variance: {
      type: 'DECIMAL(28,9)',
      description: 'Variance of the purchase days over horizon_months, given the parameters',
      tests: ['not_null', { range: { min: 0 } }],
    },
  },
  tests: [{ unique: ['kind', 'x', 't_x', 'age'] }, { expression: 'discounted <= expected' }],
  inputs: {
    choices: `
      select c.kind, c.forecast_model as model, c.alive_model, c.horizon_months, f.r, f.alpha, f.a, f.b
      from churn.choice as c
      join churn.fits as f on f.basis = 'full' and f.kind = c.kind and f.model = c.forecast_model
      order by c.kind`,
    patterns: `
      select kind, x, t_x, age
      from churn.patterns
      where basis = 'full' and kind in (select kind from churn.choice where forecast_model is not null)
      order by kind, x, t_x, age`,
  },
  run({ inputs, params }) {
    const choices = choicesOf(inputs.choices)
    const kinds = [...(inputs.patterns.getChild('kind') ?? [])] as string[]
    const column = (name: string) => Float64Array.from(inputs.patterns.getChild(name) ?? [])
    const [x, tx, age] = [column('x'), column('t_x'), column('age')]
    const rate = params.discount_rate as number
    const scores = kinds.map((kind, i) =>
      score(choices.get(kind) as Choice, [x[i] as number, tx[i] as number, age[i] as number], rate),
    )
    const scored = (name: Exclude<keyof ReturnType<typeof score>, 'p_alive'>) =>
      Float64Array.from(scores, (one) => one[name])
    return {
      kind: kinds,
      x,
      t_x: tx,
      age,
      p_alive: scores.map(({ p_alive }) => p_alive),
      expected_12m: scored('expected_12m'),
      expected: scored('expected'),
      discounted: scored('discounted'),
      variance: scored('variance'),
    }
  },
})

import * as arrow from 'apache-arrow'
import { defineModel } from '../../pipelines/build/model.ts'
import { purchaseModel } from '../../pipelines/fit/candidates.ts'
import { type Score, scorer } from '../../pipelines/fit/score.ts'
import { weeksPerMonth } from '../../pipelines/fit/weeks.ts'
import { patternsOf, stretches } from '../../pipelines/stretches.ts'

interface Choice {
  score: (x: number, tx: number, T: number) => Score
  /** P(alive) is published. */
  alive: boolean
  /** The model lets a customer leave before a second purchase. */
  knowsFirst: boolean
}

const keyOf = ({ kind, channel }: Record<'kind' | 'channel', string>) => `${kind} ${channel}`

function choicesOf(table: arrow.Table, rate: number): Map<string, Choice> {
  const rows = table.toArray().map((row) => row.toJSON())
  return new Map(
    rows.map(({ kind, channel, model, alive_model, horizon_months, ...estimates }) => {
      const horizon = {
        months: horizon_months,
        unitsPerMonth: weeksPerMonth,
        ratePerMonth: (1 + rate) ** (1 / 12) - 1,
      }
      const terms = { horizon, near: 12 * weeksPerMonth, level: 0.95 }
      return [
        keyOf({ kind, channel }),
        {
          score: scorer(purchaseModel(model), estimates, terms),
          alive: alive_model === model,
          knowsFirst: !model.startsWith('bg_'),
        },
      ]
    }),
  )
}

const figures = {
  expected_12m: 'near',
  no_purchase_12m: 'none',
  low_12m: 'low',
  high_12m: 'high',
  expected: 'expected',
  discounted: 'discounted',
  variance: 'variance',
} as const satisfies Record<string, keyof Score>
const names = Object.keys(figures) as (keyof typeof figures)[]

export default defineModel({
  description:
    'What the chosen model, fitted on everything up to the as-of day, says of every purchase history. A BG model holds a ' +
    'customer with one purchase to be alive by construction: P(alive) is null for these. Kinds of customer without a forecast have no row.',
  grain: 'one row a kind of customer, channel as in churn.estimates and pattern of the full period',
  columns: {
    kind: { type: 'VARCHAR', description: 'Kind of customer', tests: ['not_null'] },
    channel: {
      type: 'VARCHAR',
      description: 'Channel that won them; all where forecasts do not tell them apart',
      tests: ['not_null'],
    },
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
    no_purchase_12m: {
      type: 'DECIMAL(10,9)',
      description: 'Probability of none',
      tests: ['not_null', { range: { min: 0, max: 1 } }],
    },
    low_12m: {
      type: 'INTEGER',
      description:
        'Lower end of the 95 % interval of the purchase days of one customer, given the parameters',
      tests: ['not_null'],
    },
    high_12m: { type: 'INTEGER', description: 'Upper end of it', tests: ['not_null'] },
    expected: {
      type: 'DECIMAL(18,9)',
      description: 'Purchase days expected over horizon_months',
      tests: ['not_null'],
    },
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
  tests: [
    { unique: ['kind', 'channel', 'x', 't_x', 'age'] },
    { expression: 'discounted <= expected' },
    { expression: 'low_12m <= high_12m' },
  ],
  inputs: {
    choices: `
      select kind, channel, model, alive_model, horizon_months, r, alpha, a, b, s, beta
      from churn.estimates
      order by kind, channel`,
    patterns: `
      select h.kind, e.channel, cast(h.x as double) as x, cast(h.t_x as double) as t_x, cast(h.age as double) as age
      from churn.histories as h
      join churn.channels as g on g.customer_id = h.customer_id
      join churn.estimates as e on e.kind = h.kind and e.channel in ('all', g.channel)
      where h.basis = 'full'
      group by h.kind, e.channel, h.x, h.t_x, h.age
      order by h.kind, e.channel, h.x, h.age, h.t_x`,
  },
  run({ inputs, params }) {
    const choices = choicesOf(inputs.choices, params.discount_rate as number)
    const size = inputs.patterns.numRows
    const scored = Object.fromEntries(names.map((name) => [name, new Float64Array(size)]))
    const alive: (number | null)[] = []
    for (const stretch of stretches(inputs.patterns, ['kind', 'channel'])) {
      const choice = choices.get(keyOf(stretch.keys)) as Choice
      const { x, tx, T } = patternsOf(stretch)
      for (let i = 0; i < x.length; i += 1) {
        const one = choice.score(x[i] as number, tx[i] as number, T[i] as number)
        for (const name of names) (scored[name] as Float64Array)[alive.length] = one[figures[name]]
        alive.push(choice.alive && ((x[i] as number) > 0 || choice.knowsFirst) ? one.alive : null)
      }
    }
    const given = (name: string) => inputs.patterns.getChild(name) as arrow.Vector
    return {
      kind: given('kind'),
      channel: given('channel'),
      x: given('x'),
      t_x: given('t_x'),
      age: given('age'),
      p_alive: arrow.vectorFromArray(alive, new arrow.Float64()),
      ...scored,
    }
  },
})

import type { Table } from 'apache-arrow'
import { defineModel } from '../../pipelines/build/model.ts'
import { purchaseModel } from '../../pipelines/fit/candidates.ts'
import { momentsAhead } from '../../pipelines/fit/forecasts.ts'
import type { Patterns } from '../../pipelines/fit/model.ts'
import { daysPerWeek, inWeeks } from '../../pipelines/fit/weeks.ts'

const weeksPerYear = 365 / daysPerWeek

/** Of one kind, sorted. */
function patternsOf(table: Table, kind: string): Patterns {
  const kinds = table.getChild('kind')
  const column = (name: string) =>
    Float64Array.from(table.getChild(name)?.toArray() ?? []).filter((_, i) => kinds?.get(i) === kind)
  const logGaps = column('log_gaps').reduce((sum, logs) => sum + logs, 0)
  return inWeeks({ x: column('x'), tx: column('t_x'), T: column('age'), n: column('n'), logGaps })
}

export default defineModel({
  description:
    'For the back-test: what the chosen purchase model, fitted on nothing but what was known 365 days ago, forecast for the year ' +
    'that has passed since. Kinds of customer with too few repeat buyers or less than a year of history by then have no row.',
  grain: 'one row a kind of customer and pattern of 365 days ago',
  columns: {
    kind: { type: 'VARCHAR', description: 'Kind of customer', tests: ['not_null'] },
    x: { type: 'BIGINT', description: 'Repeat purchase days', tests: ['not_null'] },
    t_x: { type: 'BIGINT', description: 'Days from the first purchase to the last', tests: ['not_null'] },
    age: { type: 'BIGINT', description: 'Days from the first purchase to that day', tests: ['not_null'] },
    expected: {
      type: 'DECIMAL(18,9)',
      description: 'Purchase days expected in the year after it',
      tests: ['not_null', { range: { min: 0 } }],
    },
  },
  tests: [{ unique: ['kind', 'x', 't_x', 'age'] }],
  inputs: {
    choices: `
      with known as (
        select kind, sum(customers) filter (where x > 0) as repeat_buyers, max(age) as days
        from churn.patterns
        where basis = 'year_ago'
        group by kind
      )
      select c.kind, c.forecast_model as model
      from churn.choice as c
      join known as t on t.kind = c.kind
      where c.forecast_model is not null and t.repeat_buyers >= param('min_repeat_buyers') and t.days >= 365
      order by c.kind`,
    patterns: `
      select
        kind, cast(x as double) as x, cast(t_x as double) as t_x, cast(age as double) as age,
        cast(customers as double) as n, cast(log_gaps as double) as log_gaps
      from churn.patterns
      where basis = 'year_ago'
      order by kind, x, age, t_x`,
  },
  run({ inputs: { choices, patterns } }) {
    const rows = choices.toArray().flatMap(({ kind, model: name }) => {
      const [model, own] = [purchaseModel(name), patternsOf(patterns, kind)]
      const ahead = momentsAhead(model, model.fit(own).params, weeksPerYear)
      return Array.from(own.x, (x, i) => {
        const [tx, T] = [own.tx[i] as number, own.T[i] as number]
        const [t_x, age] = [Math.round(tx * daysPerWeek), Math.round(T * daysPerWeek)]
        return { kind, x, t_x, age, expected: ahead(x, tx, T).mean }
      })
    })
    const names = ['kind', 'x', 't_x', 'age', 'expected'] as const
    return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]))
  },
})

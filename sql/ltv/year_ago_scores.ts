import { defineModel } from '../../pipelines/build/model.ts'
import { purchaseModel } from '../../pipelines/fit/candidates.ts'
import { meanAhead } from '../../pipelines/fit/forecasts.ts'
import { isSound, type Patterns } from '../../pipelines/fit/model.ts'
import { daysPerWeek } from '../../pipelines/fit/weeks.ts'
import { patternsOf, stretches } from '../../pipelines/stretches.ts'

const weeksPerYear = 365 / daysPerWeek

export default defineModel({
  description:
    'For the back-test: what the chosen purchase model, fitted on nothing but what was known 365 days ago, forecast for the year ' +
    'that has passed since. Kinds of customer with too few repeat buyers or less than a year of history by then have no row.',
  grain: 'one row a kind of customer, channel as in churn.estimates and pattern of 365 days ago',
  columns: {
    kind: { type: 'VARCHAR', description: 'Kind of customer', tests: ['not_null'] },
    channel: {
      type: 'VARCHAR',
      description: 'Channel that won them; all where forecasts do not tell them apart',
      tests: ['not_null'],
    },
    x: { type: 'BIGINT', description: 'Repeat purchase days', tests: ['not_null'] },
    t_x: { type: 'BIGINT', description: 'Days from the first purchase to the last', tests: ['not_null'] },
    age: { type: 'BIGINT', description: 'Days from the first purchase to that day', tests: ['not_null'] },
    expected: {
      type: 'DECIMAL(18,9)',
      description: 'Purchase days expected in the year after it',
      tests: ['not_null', { range: { min: 0 } }],
    },
  },
  tests: [{ unique: ['kind', 'channel', 'x', 't_x', 'age'] }],
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
        h.kind, e.channel, cast(h.x as double) as x, cast(h.t_x as double) as t_x, cast(h.age as double) as age,
        cast(count(*) as double) as customers, cast(sum(h.log_gaps) as double) as log_gaps
      from churn.histories as h
      join churn.channels as g on g.customer_id = h.customer_id
      join churn.estimates as e on e.kind = h.kind and e.channel in ('all', g.channel)
      where h.basis = 'year_ago'
      group by h.kind, e.channel, h.x, h.t_x, h.age
      order by h.kind, e.channel, h.x, h.age, h.t_x`,
  },
  run({ inputs: { choices, patterns } }) {
    const models = new Map(choices.toArray().map(({ kind, model }) => [kind as string, purchaseModel(model)]))
    const wholes = new Map(stretches(patterns, ['kind']).map((kind) => [kind.keys.kind, patternsOf(kind)]))
    const rows = stretches(patterns, ['kind', 'channel']).flatMap((stretch) => {
      const { kind, channel } = stretch.keys
      const model = models.get(kind)
      if (!model) return []
      const own = patternsOf(stretch)
      const [t_x, age] = [stretch.column('t_x'), stretch.column('age')]
      const fit = channel === 'other' ? null : model.fit(own)
      // A channel that was too small a year ago has the estimates of all, as others have.
      const isFit = fit && (channel === 'all' || isSound(fit))
      const { params } = isFit ? fit : model.fit(wholes.get(kind) as Patterns)
      const ahead = meanAhead(model, params, weeksPerYear)
      return Array.from(own.x, (x, i) => {
        const expected = ahead(x, own.tx[i] as number, own.T[i] as number)
        return { ...stretch.keys, x, t_x: t_x[i] as number, age: age[i] as number, expected }
      })
    })
    const names = ['kind', 'channel', 'x', 't_x', 'age', 'expected'] as const
    return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]))
  },
})

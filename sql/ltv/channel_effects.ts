import { defineModel } from '../../pipelines/build/model.ts'
import { fitGroups } from '../../pipelines/fit/group-effects.ts'
import { patternsOf, stretches } from '../../pipelines/stretches.ts'

const names = [
  'kind',
  'channel_kind',
  'customers',
  'rate',
  'rate_low',
  'rate_high',
  'leaving',
  'leaving_low',
  'leaving_high',
  'gain',
  'supported',
] as const

export default defineModel({
  description:
    'How the channel that won a customer bears on how fast they buy and how readily they leave, as a covariate of MBG/CNBD-k with ' +
    'the stages of the chosen model: factors against the channel that won most. Channels as in ' +
    'churn.channels. supported: the channels together gain more in log-likelihood than the ' +
    'parameters they cost; where not, their differences are no more than chance gives. Whether forecasts tell them apart is ' +
    'for the holdout to say: churn.channel_fits.',
  grain: 'one row a kind of customer with P(alive) and channel, where there are two or more',
  columns: {
    kind: { type: 'VARCHAR', description: 'Kind of customer', tests: ['not_null'] },
    channel_kind: {
      type: 'VARCHAR',
      description: 'Kind of channel that won them, or other',
      tests: ['not_null'],
    },
    customers: { type: 'BIGINT', description: 'Customers who have bought', tests: ['not_null'] },
    rate: {
      type: 'DOUBLE',
      description: 'How many times as fast they buy while they stay',
      tests: ['not_null'],
    },
    rate_low: { type: 'DOUBLE', description: 'Lower end of its 95 % interval' },
    rate_high: { type: 'DOUBLE', description: 'Upper end of it' },
    leaving: {
      type: 'DOUBLE',
      description: 'Factor of the odds of leaving at a purchase',
      tests: ['not_null'],
    },
    leaving_low: { type: 'DOUBLE', description: 'Lower end of its 95 % interval' },
    leaving_high: { type: 'DOUBLE', description: 'Upper end of it' },
    gain: {
      type: 'DOUBLE',
      description: 'Gain in log-likelihood of all channels together',
      tests: ['not_null'],
    },
    supported: { type: 'BOOLEAN', description: 'The data support telling them apart', tests: ['not_null'] },
  },
  tests: [{ unique: ['kind', 'channel_kind'] }],
  inputs: {
    patterns: `
      with placed as (
        select h.*, g.channel, k.alive_model as model
        from churn.histories as h
        join churn.channels as g on g.customer_id = h.customer_id
        join churn.choice as k on k.kind = h.kind
        where h.basis = 'full' and k.alive_model is not null
      ),
      counted as (
        select kind, channel, count(*) as customers
        from placed
        group by kind, channel
      )
      select
        p.kind, p.channel, p.model, cast(p.x as double) as x, cast(p.t_x as double) as t_x,
        cast(p.age as double) as age, cast(count(*) as double) as customers, cast(sum(p.log_gaps) as double) as log_gaps
      from placed as p
      join counted as c on c.kind = p.kind and c.channel = p.channel
      group by p.kind, p.channel, p.model, p.x, p.t_x, p.age, c.customers
      order by p.kind, c.customers desc, p.channel, p.x, p.age, p.t_x`,
  },
  run({ inputs: { patterns } }) {
    const channels = stretches(patterns, ['kind', 'channel', 'model'])
    const rows = [...new Set(channels.map(({ keys }) => keys.kind))].flatMap((kind) => {
      const own = channels.filter(({ keys }) => keys.kind === kind)
      if (own.length < 2) return []
      const [, stages = '1'] = /cnbd_(\d)$/.exec(own[0]?.keys.model as string) ?? []
      const { rate, leaving, gain, supported } = fitGroups(
        { dropout: 'after_every', k: Number(stages) },
        own.map(patternsOf),
      )
      return own.map(({ keys, column }, g) => ({
        kind,
        channel_kind: keys.channel,
        customers: column('customers').reduce((sum, count) => sum + count, 0),
        rate: rate[g]?.factor,
        rate_low: rate[g]?.low,
        rate_high: rate[g]?.high,
        leaving: leaving[g]?.factor,
        leaving_low: leaving[g]?.low,
        leaving_high: leaving[g]?.high,
        gain,
        supported,
      }))
    })
    return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]))
  },
})

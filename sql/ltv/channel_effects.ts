import type { Table } from 'apache-arrow'
import { defineModel } from '../../pipelines/build/model.ts'
import { fitGroups } from '../../pipelines/fit/group-effects.ts'
import type { Patterns } from '../../pipelines/fit/model.ts'
import { inWeeks } from '../../pipelines/fit/weeks.ts'

/** Of one kind and channel, sorted. */
function patternsOf(table: Table, isOwn: (row: number) => boolean): Patterns {
  const column = (name: string) =>
    Float64Array.from(table.getChild(name)?.toArray() ?? []).filter((_, i) => isOwn(i))
  const logGaps = column('log_gaps').reduce((sum, logs) => sum + logs, 0)
  return inWeeks({ x: column('x'), tx: column('t_x'), T: column('age'), n: column('n'), logGaps })
}

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
    'the stages of the chosen model: factors against the channel that won most. Channels with fewer repeat buyers than ' +
    'min_repeat_buyers are taken together as other. supported: the channels together gain more in log-likelihood than the ' +
    'parameters they cost; where not, their differences are no more than chance gives. Forecasts do not use them.',
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
      with channels as (
        select h.*, c.acquisition_channel_kind as channel, k.alive_model as model
        from churn.histories as h
        join core.customers as c on c.customer_id = h.customer_id
        join churn.choice as k on k.kind = h.kind
        where h.basis = 'full' and k.alive_model is not null
      ),
      sizes as (
        select kind, channel, count(*) filter (where x > 0) >= param('min_repeat_buyers') as is_large
        from channels
        group by kind, channel
      ),
      placed as (
        select c.*, case when s.is_large then c.channel else 'other' end as placed_in
        from channels as c
        join sizes as s on s.kind = c.kind and s.channel = c.channel
      ),
      counted as (
        select kind, placed_in, count(*) as customers
        from placed
        group by kind, placed_in
      )
      select
        p.kind, p.placed_in as channel, p.model, cast(p.x as double) as x, cast(p.t_x as double) as t_x,
        cast(p.age as double) as age, cast(count(*) as double) as n, cast(sum(p.log_gaps) as double) as log_gaps
      from placed as p
      join counted as c on c.kind = p.kind and c.placed_in = p.placed_in
      group by p.kind, p.placed_in, p.model, p.x, p.t_x, p.age, c.customers
      order by p.kind, c.customers desc, p.placed_in, p.x, p.age, p.t_x`,
  },
  run({ inputs: { patterns } }) {
    const [kinds, channels, models] = ['kind', 'channel', 'model'].map((name) => [
      ...(patterns.getChild(name) ?? []),
    ]) as [string[], string[], string[]]
    const rows = [...new Set(kinds)].flatMap((kind) => {
      const own = [...new Set(channels.filter((_, i) => kinds[i] === kind))]
      if (own.length < 2) return []
      const [, stages = '1'] = /cnbd_(\d)$/.exec(models[kinds.indexOf(kind)] as string) ?? []
      const groups = own.map((channel) =>
        patternsOf(patterns, (i) => kinds[i] === kind && channels[i] === channel),
      )
      const { rate, leaving, gain, supported } = fitGroups(
        { dropout: 'after_every', k: Number(stages) },
        groups,
      )
      return own.map((channel_kind, g) => ({
        kind,
        channel_kind,
        customers: (groups[g] as Patterns).n.reduce((sum, count) => sum + count, 0),
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

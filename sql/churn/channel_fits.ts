import type { Table } from 'apache-arrow'
import { defineModel } from '../../pipelines/build/model.ts'
import { purchaseModel } from '../../pipelines/fit/candidates.ts'
import { judgeModel } from '../../pipelines/fit/judge.ts'
import { isSound, type Params, type PurchaseModel } from '../../pipelines/fit/model.ts'
import { daysPerWeek } from '../../pipelines/fit/weeks.ts'
import { patternsOf, type Stretch, stretches } from '../../pipelines/stretches.ts'

/** What parameters of their own must take off the error on the holdout: less is no difference. */
const leastGain = 0.01

type Channel = Stretch<'basis' | 'kind' | 'channel'>

interface Choice {
  kind: string
  model: string
  parameters: Params
}

const choicesOf = (table: Table): Choice[] =>
  table.toArray().map((row) => {
    const { kind, model, ...parameters } = row.toJSON()
    return { kind, model, parameters }
  })

/** Squared errors of a channel's customers on the holdout. */
function squared(model: PurchaseModel, params: Params, channel: Channel, days: number): number {
  const held = { ...patternsOf(channel), later: channel.column('later') }
  const { rmse, customers } = judgeModel(model, params, held, days / daysPerWeek)
  return rmse ** 2 * customers
}

const sum = (values: Iterable<number>) => Iterator.from(values).reduce((total, value) => total + value, 0)

/** Both errors over a kind, and whether its channels' own parameters are to be used. */
function judged({ model: name, parameters }: Choice, channels: Channel[], days: number) {
  const model = purchaseModel(name)
  const customers = sum(channels.flatMap(({ column }) => [...column('customers')]))
  const fits = channels.map((channel) =>
    channel.keys.channel === 'other' ? null : model.fit(patternsOf(channel)),
  )
  const together = channels.map((channel) => squared(model, parameters, channel, days))
  const apart = channels.map((channel, i) => {
    const fit = fits[i]
    return fit ? squared(model, fit.params, channel, days) : (together[i] as number)
  })
  const [all, own] = [together, apart].map((errors) => Math.sqrt(sum(errors) / customers)) as [number, number]
  const isBetter = own < (1 - leastGain) * all && fits.every((fit) => !fit || isSound(fit))
  return { error_together: all, error_apart: own, isBetter }
}

const names = [
  'kind',
  'channel',
  'model',
  'customers',
  'error_together',
  'error_apart',
  'is_used',
  'r',
  'alpha',
  'a',
  'b',
  's',
  'beta',
  'log_likelihood',
  'covariance',
] as const

export default defineModel({
  description:
    'Whether the channel that won a customer helps to forecast: the chosen purchase model with parameters of its own for each ' +
    'channel, fitted on the calibration period and judged on the same holdout as all candidates, beside the one with parameters ' +
    'for all. It is used where the squared error by customer is smaller by more than 1 %; then each channel is fitted again on ' +
    'everything up to the as-of day. Channels with fewer repeat buyers than min_repeat_buyers are other, and keep the ' +
    'parameters of all.',
  grain: 'one row a kind of customer with P(alive) and channel, where there are two or more',
  columns: {
    kind: { type: 'VARCHAR', description: 'Kind of customer', tests: ['not_null'] },
    channel: { type: 'VARCHAR', description: 'Kind of channel that won them', tests: ['not_null'] },
    model: { type: 'VARCHAR', description: 'Purchase model', tests: ['not_null'] },
    customers: { type: 'BIGINT', description: 'Customers who have bought', tests: ['not_null'] },
    error_together: {
      type: 'DOUBLE',
      description: 'Root mean squared error by customer of the kind on the holdout, parameters for all',
      tests: ['not_null'],
    },
    error_apart: { type: 'DOUBLE', description: 'The same, with parameters of its own for each channel' },
    is_used: {
      type: 'BOOLEAN',
      description: 'Forecasts tell the channels of the kind apart',
      tests: ['not_null'],
    },
    r: { type: 'DOUBLE', description: 'As in churn.fits, of this channel; null where it is not used' },
    alpha: { type: 'DOUBLE', description: 'Likewise, weeks' },
    a: { type: 'DOUBLE', description: 'Likewise' },
    b: { type: 'DOUBLE', description: 'Likewise' },
    s: { type: 'DOUBLE', description: 'Likewise' },
    beta: { type: 'DOUBLE', description: 'Likewise, weeks' },
    log_likelihood: { type: 'DOUBLE', description: 'Likewise' },
    covariance: { type: 'VARCHAR', description: 'Likewise' },
  },
  tests: [{ unique: ['kind', 'channel'] }],
  inputs: {
    choices: `
      select c.kind, c.alive_model as model, f.r, f.alpha, f.a, f.b, f.s, f.beta
      from churn.choice as c
      join churn.fits as f on f.basis = 'calibration' and f.kind = c.kind and f.model = c.alive_model
      order by c.kind`,
    patterns: `
      select
        h.basis, h.kind, g.channel, cast(h.x as double) as x, cast(h.t_x as double) as t_x, cast(h.age as double) as age,
        cast(coalesce(h.holdout_purchases, 0) as double) as later, cast(count(*) as double) as customers,
        cast(sum(h.log_gaps) as double) as log_gaps
      from churn.histories as h
      join churn.channels as g on g.customer_id = h.customer_id
      where h.basis in ('calibration', 'full')
      group by h.basis, h.kind, g.channel, h.x, h.t_x, h.age, later
      order by h.basis, h.kind, g.channel, h.x, h.age, h.t_x, later`,
  },
  run({ inputs: { choices, patterns }, params }) {
    const all = stretches(patterns, ['basis', 'kind', 'channel'])
    const rows = choicesOf(choices).flatMap((choice) => {
      const of = (basis: string) =>
        all.filter(({ keys }) => keys.kind === choice.kind && keys.basis === basis)
      const channels = of('calibration')
      if (channels.length < 2) return []
      const { isBetter, ...errors } = judged(choice, channels, params.holdout_days as number)
      // Whoever is in the calibration period is in the whole too: no channel is missing here.
      const current = of('full')
      const fits = current.map((channel) =>
        isBetter && channel.keys.channel !== 'other'
          ? purchaseModel(choice.model).fit(patternsOf(channel))
          : null,
      )
      const isUsed = isBetter && fits.every((fit) => !fit || isSound(fit))
      return current.map(({ keys, column }, i) => {
        const fit = isUsed ? fits[i] : null
        return {
          kind: choice.kind,
          channel: keys.channel,
          model: choice.model,
          customers: sum(column('customers')),
          ...errors,
          is_used: isUsed,
          ...{ r: null, alpha: null, a: null, b: null, s: null, beta: null, ...fit?.params },
          log_likelihood: fit?.logLikelihood ?? null,
          covariance: fit?.covariance ? JSON.stringify(fit.covariance) : null,
        } as Record<(typeof names)[number], unknown>
      })
    })
    return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]))
  },
})

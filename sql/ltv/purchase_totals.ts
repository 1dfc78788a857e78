import { defineModel } from '../../pipelines/build/model.ts'
import { purchaseModel } from '../../pipelines/fit/candidates.ts'
import { intervalOf, totalAhead } from '../../pipelines/fit/interval.ts'
import type { Fit } from '../../pipelines/fit/model.ts'
import { weeksPerMonth } from '../../pipelines/fit/weeks.ts'
import { patternsOf, stretches } from '../../pipelines/stretches.ts'

interface Row {
  kind: string
  channel: string
  model: string
  horizon_months: number
  log_likelihood: number
  /** JSON, as stored. */
  parameters: string
  covariance: string | null
}

/** The stored estimate, with the numbers that an interval asks of it. */
const fitOf = ({ model, parameters, log_likelihood, covariance }: Row): Fit => ({
  model,
  params: JSON.parse(parameters),
  logLikelihood: log_likelihood,
  standardErrors: {},
  covariance: covariance === null ? null : JSON.parse(covariance),
  converged: true,
  boundary: null,
  starts: 0,
  agreed: 0,
  customers: 0,
  leftOut: 0,
})

interface Total {
  kind: string
  model: string
  horizon_months: number
  mean: number
  processVariance: number
  parameterVariance: number
}

/** Channels of a kind are estimated apart: their totals and variances add up. */
function added(totals: Total[]): Total {
  const sum = (name: 'mean' | 'processVariance' | 'parameterVariance') =>
    totals.reduce((all, total) => all + total[name], 0)
  return {
    ...(totals[0] as Total),
    mean: sum('mean'),
    processVariance: sum('processVariance'),
    parameterVariance: sum('parameterVariance'),
  }
}

export default defineModel({
  description:
    'Purchase days expected of the whole base over the horizon, with a 95 % interval from two sources: what customers do by ' +
    'chance, and not knowing the parameters (delta method). A wrong model is not covered: the holdout shows that.',
  grain: 'one row a kind of customer with a forecast',
  columns: {
    kind: { type: 'VARCHAR', description: 'Kind of customer', tests: ['not_null', 'unique'] },
    model: { type: 'VARCHAR', description: 'Purchase model', tests: ['not_null'] },
    horizon_months: { type: 'INTEGER', description: 'Months ahead', tests: ['not_null'] },
    expected: { type: 'DOUBLE', description: 'Purchase days', tests: ['not_null'] },
    lower: { type: 'DOUBLE', description: 'Lower end of the interval', tests: ['not_null'] },
    upper: { type: 'DOUBLE', description: 'Upper end of the interval', tests: ['not_null'] },
    process_variance: { type: 'DOUBLE', description: 'Variance by chance', tests: ['not_null'] },
    parameter_variance: { type: 'DOUBLE', description: 'Variance from the parameters', tests: ['not_null'] },
  },
  tests: [{ expression: 'lower <= expected and expected <= upper' }],
  inputs: {
    fits: `
      select
        kind, channel, model, horizon_months, log_likelihood, covariance,
        case
          when s is not null then to_json({r: r, alpha: alpha, s: s, beta: beta})
          when a is not null then to_json({r: r, alpha: alpha, a: a, b: b})
          else to_json({r: r, alpha: alpha})
        end as parameters
      from churn.estimates
      order by kind, channel`,
    patterns: `
      select h.kind, e.channel, h.x, h.t_x, h.age, count(*) as customers
      from churn.histories as h
      join churn.channels as g on g.customer_id = h.customer_id
      join churn.estimates as e on e.kind = h.kind and e.channel in ('all', g.channel)
      where h.basis = 'full'
      group by h.kind, e.channel, h.x, h.t_x, h.age
      order by h.kind, e.channel, h.x, h.age, h.t_x`,
  },
  run({ inputs: { fits, patterns } }) {
    const groups = stretches(patterns, ['kind', 'channel'])
    const totals = fits.toArray().flatMap((row) => {
      const fit: Row = row.toJSON()
      const own = groups.find(({ keys }) => keys.kind === fit.kind && keys.channel === fit.channel)
      if (!own) return []
      const ahead = fit.horizon_months * weeksPerMonth
      const total = totalAhead(purchaseModel(fit.model), fitOf(fit), patternsOf(own), ahead)
      return [{ ...total, kind: fit.kind, model: fit.model, horizon_months: fit.horizon_months }]
    })
    const rows = [...Map.groupBy(totals, ({ kind }) => kind).values()].map((of) => {
      const total = added(of)
      return { ...total, ...intervalOf(total) }
    })
    return {
      kind: rows.map(({ kind }) => kind),
      model: rows.map(({ model }) => model),
      horizon_months: rows.map(({ horizon_months }) => horizon_months),
      expected: rows.map(({ mean }) => mean),
      lower: rows.map(({ low }) => low),
      upper: rows.map(({ high }) => high),
      process_variance: rows.map(({ processVariance }) => processVariance),
      parameter_variance: rows.map(({ parameterVariance }) => parameterVariance),
    }
  },
})

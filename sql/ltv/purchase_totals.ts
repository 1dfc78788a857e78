import type { Table } from 'apache-arrow'
import { defineModel } from '../../pipelines/build/model.ts'
import { purchaseModel } from '../../pipelines/fit/candidates.ts'
import { totalAhead } from '../../pipelines/fit/interval.ts'
import type { Fit, Patterns } from '../../pipelines/fit/model.ts'
import { inWeeks, weeksPerMonth } from '../../pipelines/fit/weeks.ts'

interface Row {
  kind: string
  model: string
  horizon_months: number
  customers: number
  log_likelihood: number
  /** JSON, as stored. */
  parameters: string
  covariance: string | null
}

/** The stored estimate, with the numbers that an interval asks of it. */
const fitOf = ({ model, parameters, log_likelihood, covariance, customers }: Row): Fit => ({
  model,
  params: JSON.parse(parameters),
  logLikelihood: log_likelihood,
  standardErrors: {},
  covariance: covariance === null ? null : JSON.parse(covariance),
  converged: true,
  boundary: null,
  starts: 0,
  agreed: 0,
  customers,
  leftOut: 0,
})

function patternsOf(table: Table, kind: string): Patterns {
  const kinds = [...(table.getChild('kind') ?? [])]
  const column = (name: string) =>
    Float64Array.from(table.getChild(name) ?? []).filter((_, i) => kinds[i] === kind)
  return inWeeks({ x: column('x'), tx: column('t_x'), T: column('age'), n: column('customers') })
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
        c.kind, f.model, c.horizon_months, f.customers, f.log_likelihood, f.covariance,
        case
          when f.s is not null then to_json({r: f.r, alpha: f.alpha, s: f.s, beta: f.beta})
          when f.a is not null then to_json({r: f.r, alpha: f.alpha, a: f.a, b: f.b})
          else to_json({r: f.r, alpha: f.alpha})
        end as parameters
      from churn.choice as c
      join churn.fits as f on f.basis = 'full' and f.kind = c.kind and f.model = c.forecast_model
      order by c.kind`,
    patterns: `
      select kind, x, t_x, age, customers
      from churn.patterns
      where basis = 'full'
      order by kind, x, age, t_x`,
  },
  run({ inputs: { fits, patterns } }) {
    const rows = fits.toArray().map((row) => {
      const fit: Row = row.toJSON()
      const [model, own] = [purchaseModel(fit.model), patternsOf(patterns, fit.kind)]
      return { ...fit, ...totalAhead(model, fitOf(fit), own, fit.horizon_months * weeksPerMonth) }
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

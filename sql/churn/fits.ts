import { defineModel } from '../../pipelines/build/model.ts'
import { candidates, purchaseModels, stagesOf } from '../../pipelines/fit/candidates.ts'
import { type Fit, isCollapsed, type Patterns } from '../../pipelines/fit/model.ts'
import { patternsOf, stretches } from '../../pipelines/stretches.ts'

/** Patterns of one basis and kind of customer. */
interface Group {
  basis: string
  kind: string
  patterns: Patterns
}

const rowOf = ({ basis, kind, patterns: { x, n } }: Group, fit: Fit) => ({
  basis,
  kind,
  model: fit.model,
  customers: n.reduce((sum, count) => sum + count, 0),
  repeat_buyers: n.reduce((sum, count, i) => sum + (x[i] === 0 ? 0 : count), 0),
  patterns: n.length,
  r: fit.params.r ?? null,
  alpha: fit.params.alpha ?? null,
  a: fit.params.a ?? null,
  b: fit.params.b ?? null,
  s: fit.params.s ?? null,
  beta: fit.params.beta ?? null,
  standard_errors: JSON.stringify(fit.standardErrors),
  log_likelihood: fit.logLikelihood,
  covariance: fit.covariance && JSON.stringify(fit.covariance),
  converged: fit.converged,
  boundary: fit.boundary,
  collapsed: isCollapsed(fit),
  starts: fit.starts,
  agreed: fit.agreed,
})

const columns = {
  basis: { type: 'VARCHAR', description: 'calibration or full', tests: ['not_null'] },
  kind: { type: 'VARCHAR', description: 'Kind of customer', tests: ['not_null'] },
  model: {
    type: 'VARCHAR',
    description: 'Purchase model',
    tests: ['not_null', { accepted_values: purchaseModels.map(({ name }) => name) }],
  },
  customers: { type: 'BIGINT', description: 'Customers it was fitted on' },
  repeat_buyers: { type: 'BIGINT', description: 'Those with a second purchase day' },
  patterns: { type: 'BIGINT', description: 'Distinct purchase histories' },
  r: { type: 'DOUBLE', description: 'Shape of the purchase rates over customers', tests: ['not_null'] },
  alpha: { type: 'DOUBLE', description: 'Inverse scale of the rates, weeks', tests: ['not_null'] },
  a: {
    type: 'DOUBLE',
    description: 'First parameter of leaving at a purchase; null where the model has none',
  },
  b: { type: 'DOUBLE', description: 'Second parameter of the same; null where the model has none' },
  s: {
    type: 'DOUBLE',
    description: 'Shape of the hazards of leaving at any time; null where the model has none',
  },
  beta: { type: 'DOUBLE', description: 'Inverse scale of these, weeks; null where the model has none' },
  standard_errors: {
    type: 'VARCHAR',
    description:
      'Standard error of each parameter, as JSON; null where the likelihood is flat or it lies on its edge',
    tests: ['not_null'],
  },
  log_likelihood: { type: 'DOUBLE', description: 'Logarithm of the likelihood', tests: ['not_null'] },
  covariance: {
    type: 'VARCHAR',
    description:
      'Covariance of the logarithms of the parameters, row by row, as JSON; null where the likelihood is flat',
  },
  converged: { type: 'BOOLEAN', description: 'The maximum was found', tests: ['not_null'] },
  boundary: { type: 'VARCHAR', description: 'Why the estimate lies on the edge of its model; null inside' },
  collapsed: {
    type: 'BOOLEAN',
    description: 'Nobody seems to leave, or everybody at once: P(alive) carries no signal',
    tests: ['not_null'],
  },
  starts: { type: 'INTEGER', description: 'Starting points tried' },
  agreed: { type: 'INTEGER', description: 'Starting points that reached the same likelihood' },
} as const

export default defineModel({
  description:
    'Purchase models fitted by maximum likelihood to the patterns of each kind of customer, on the calibration period and on ' +
    'everything up to the as-of day. BG/NBD: Fader, Hardie, Lee (2005); MBG/NBD: Batislam, Denizel, Filiztekin (2007); Pareto/NBD: ' +
    'Schmittlein, Morrison, Colombo (1987); cnbd_k: BG or MBG with k-Erlang timing, Platzer and Reutterer (2016), k of 2 to 6 by ' +
    'likelihood on the calibration period; NBD: Ehrenberg (1959), nobody leaves.',
  grain: 'one row a basis, kind of customer and model',
  columns: columns as unknown as Record<keyof typeof columns, { type: string }>,
  tests: [{ unique: ['basis', 'kind', 'model'] }],
  inputs: {
    patterns: `
      select
        basis, kind, cast(x as double) as x, cast(t_x as double) as t_x, cast(age as double) as age,
        cast(customers as double) as customers, cast(log_gaps as double) as log_gaps
      from churn.patterns
      where basis in ('calibration', 'full')
      order by basis, kind, x, age, t_x`,
  },
  run({ inputs }) {
    const groups = stretches(inputs.patterns, ['basis', 'kind']).map((stretch) => ({
      ...stretch.keys,
      patterns: patternsOf(stretch),
    }))
    const calibrations = groups.filter(({ basis }) => basis === 'calibration')
    // The model that is judged must be the one that is used: what the calibration period says of k holds for both.
    const stages = new Map(calibrations.map(({ kind, patterns }) => [kind, stagesOf(patterns)]))
    const rows = groups.flatMap((group) =>
      candidates(stages.get(group.kind) ?? 2).map((model) => rowOf(group, model.fit(group.patterns))),
    )
    const names = Object.keys(columns) as (keyof typeof columns)[]
    return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]))
  },
})

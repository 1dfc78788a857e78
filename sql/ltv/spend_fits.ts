import { defineModel } from '../../pipelines/build/model.ts'
import { fitGammaGamma } from '../../pipelines/fit/gamma-gamma.ts'
import type { Fit } from '../../pipelines/fit/model.ts'

const rowOf = (basis: string, kind: string, fit: Fit) => ({
  basis,
  kind,
  customers: fit.customers,
  p: fit.params.p,
  q: fit.params.q,
  gamma: fit.params.gamma,
  log_likelihood: fit.logLikelihood,
  converged: fit.converged,
  boundary: fit.boundary,
})

const names = [
  'basis',
  'kind',
  'customers',
  'p',
  'q',
  'gamma',
  'log_likelihood',
  'converged',
  'boundary',
] as const satisfies (keyof ReturnType<typeof rowOf>)[]

export default defineModel({
  description:
    'The Gamma-Gamma model of spend (Fader and Hardie, 2013) for each kind of customer, as it stands and a year ago: value of a purchase day, gross sales in ' +
    'reporting currency. It holds that how much a customer spends has nothing to do with how often.',
  grain: 'one row a basis and kind of customer',
  columns: {
    basis: { type: 'VARCHAR', description: 'full or year_ago', tests: ['not_null'] },
    kind: { type: 'VARCHAR', description: 'Kind of customer', tests: ['not_null'] },
    customers: { type: 'BIGINT', description: 'Customers it was fitted on' },
    p: { type: 'DOUBLE', description: 'Shape of spend within a customer', tests: ['not_null'] },
    q: { type: 'DOUBLE', description: 'Shape of the rates of spend over customers', tests: ['not_null'] },
    gamma: { type: 'DOUBLE', description: 'Scale of these rates', tests: ['not_null'] },
    log_likelihood: { type: 'DOUBLE', description: 'Logarithm of the likelihood', tests: ['not_null'] },
    converged: { type: 'BOOLEAN', description: 'The maximum was found', tests: ['not_null'] },
    boundary: { type: 'VARCHAR', description: 'Why the estimate lies on the edge of its model; null inside' },
  },
  tests: [{ unique: ['basis', 'kind'] }],
  inputs: {
    spends: `
      select basis, kind, cast(purchases as double) as purchases, mean_purchase, cast(customers as double) as customers
      from ltv.spends
      order by basis, kind, purchases, mean_purchase`,
  },
  run({ inputs: { spends } }) {
    const [bases, kinds] = ['basis', 'kind'].map((name) => [...(spends.getChild(name) ?? [])]) as [
      string[],
      string[],
    ]
    const keys = kinds.map((kind, i) => `${bases[i]} ${kind}`)
    const column = (name: string) => Float64Array.from(spends.getChild(name)?.toArray() ?? [])
    const [x, m, n] = [column('purchases'), column('mean_purchase'), column('customers')]
    const rows = [...new Set(keys)].map((key) => {
      const own = (values: Float64Array) => values.filter((_, i) => keys[i] === key)
      const first = keys.indexOf(key)
      return rowOf(bases[first] as string, kinds[first] as string, fitGammaGamma(own(x), own(m), own(n)))
    })
    return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]))
  },
})

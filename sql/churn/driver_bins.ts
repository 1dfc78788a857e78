import { defineModel } from '../../pipelines/build/model.ts'
import { digitsOf, type Examples, sum } from '../../pipelines/fit/examples.ts'
import { learners } from '../../pipelines/fit/learners.ts'

/** Sums over the customers of each digit of each feature. */
function binsOf({ digits, n, hits }: Examples, parts: Float64Array[]) {
  return digits.flatMap((column, f) => {
    const bins = new Map<number, { customers: number; lost: number; added: number; size: number }>()
    for (let i = 0; i < n.length; i += 1) {
      const digit = column[i] as number
      const bin = bins.get(digit) ?? { customers: 0, lost: 0, added: 0, size: 0 }
      const [count, part] = [n[i] as number, (parts[i] as Float64Array)[f] as number]
      bin.customers += count
      bin.lost += hits[i] as number
      bin.added += count * part
      bin.size += count * Math.abs(part)
      bins.set(digit, bin)
    }
    return [...bins.entries()]
      .sort(([a], [b]) => a - b)
      .map(([digit, bin]) => ({ feature: f, digit, ...bin }))
  })
}

export default defineModel({
  description:
    'What each bin of each feature adds to the logit of the risk, over the customers of stretch 1, by the chosen model as it stands, and how ' +
    'many of them stayed away. No rows without a model.',
  grain: 'one row a feature and bin',
  columns: {
    position: {
      type: 'INTEGER',
      description: 'Place of the feature; see churn.feature_edges',
      tests: ['not_null'],
    },
    digit: { type: 'INTEGER', description: 'Bin: 0 not known, else 1 and up', tests: ['not_null'] },
    customers: { type: 'BIGINT', description: 'Customers in it', tests: ['not_null'] },
    lost: { type: 'BIGINT', description: 'Those who stayed away', tests: ['not_null'] },
    added: {
      type: 'DECIMAL(18,9)',
      description: 'What the feature adds to their logits on average',
      tests: ['not_null'],
    },
    size: {
      type: 'DECIMAL(18,9)',
      description: 'The same, without its sign',
      tests: ['not_null', { range: { min: 0 } }],
    },
  },
  tests: [{ unique: ['position', 'digit'] }],
  inputs: {
    fits: `select learner, slope, parameters from churn.risk_fits where basis = 'full'`,
    patterns: `
      select pattern, cast(customers as double) as customers, cast(lost as double) as lost
      from churn.example_patterns
      where stretch = 1
      order by pattern`,
  },
  run({ inputs }) {
    const fit = inputs.fits.get(0)?.toJSON()
    const column = (name: string) => Float64Array.from(inputs.patterns.getChild(name) ?? [])
    const patterns = [...(inputs.patterns.getChild('pattern') ?? [])] as string[]
    const examples = { digits: digitsOf(patterns), n: column('customers'), hits: column('lost') }
    const learnt =
      fit && (learners[fit.learner] as (typeof learners)[string]).open(JSON.parse(fit.parameters) as never)
    const partsOf = (i: number) => {
      const pattern = Uint8Array.from(examples.digits, (digits) => digits[i] as number)
      return (learnt?.contributions(pattern) ?? new Float64Array()).map((part) => part * fit?.slope)
    }
    const bins =
      learnt && sum(examples.n) > 0
        ? binsOf(
            examples,
            patterns.map((_, i) => partsOf(i)),
          )
        : []
    const numbers = (value: (bin: (typeof bins)[number]) => number) => Float64Array.from(bins, value)
    return {
      position: numbers(({ feature }) => feature + 1),
      digit: numbers(({ digit }) => digit),
      customers: numbers(({ customers }) => customers),
      lost: numbers(({ lost }) => lost),
      added: numbers(({ added, customers }) => added / customers),
      size: numbers(({ size, customers }) => size / customers),
    }
  },
})

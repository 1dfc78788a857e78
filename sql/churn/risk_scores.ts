import type { Table } from 'apache-arrow'
import { defineModel } from '../../pipelines/build/model.ts'
import { chanceOf, digitsOf } from '../../pipelines/fit/examples.ts'
import { learners } from '../../pipelines/fit/learners.ts'

interface Fit {
  basis: string
  learner: string
  intercept: number
  slope: number
  parameters: string
}

const reasons = 3
/** A part of the logit that moves a risk of one half by less than two points is not worth naming. */
const least = 0.08

function scoresOf(fit: Fit, patterns: readonly string[], names: ReadonlyMap<number, string>) {
  const learnt = (learners[fit.learner] as (typeof learners)[string]).open(
    JSON.parse(fit.parameters) as never,
  )
  const digits = digitsOf(patterns)
  const pattern = new Uint8Array(digits.length)
  const nameOf = (f: number | undefined) => (f === undefined || f < 0 ? null : (names.get(f + 1) ?? null))
  return patterns.map((text, i) => {
    for (let f = 0; f < digits.length; f += 1) pattern[f] = (digits[f] as Uint8Array)[i] as number
    const parts = learnt.contributions(pattern)
    let logit = fit.intercept + fit.slope * learnt.base
    for (let f = 0; f < parts.length; f += 1) {
      parts[f] = fit.slope * (parts[f] as number)
      logit += parts[f] as number
    }
    const { raising, lowest } = extremes(parts)
    return {
      basis: fit.basis,
      learner: fit.learner,
      pattern: text,
      risk: chanceOf(logit),
      raising: [nameOf(raising[0]), nameOf(raising[1]), nameOf(raising[2])],
      lowering: nameOf(lowest),
    }
  })
}

/** The features that raise a logit most, falling, and the one that lowers it most (or -1); of equal ones the first is above. */
function extremes(parts: Float64Array): { raising: number[]; lowest: number } {
  const raising: number[] = []
  let lowest = -1
  for (let f = 0; f < parts.length; f += 1) {
    const part = parts[f] as number
    if (part <= -least && (lowest < 0 || part <= (parts[lowest] as number))) lowest = f
    if (part < least) continue
    let place = raising.length
    while (place > 0 && part > (parts[raising[place - 1] as number] as number)) place -= 1
    if (place >= reasons) continue
    raising.splice(place, 0, f)
    raising.length = Math.min(raising.length, reasons)
  }
  return { raising, lowest }
}

const texts = (rows: Table, name: string) => [...(rows.getChild(name) ?? [])] as string[]

export default defineModel({
  description:
    'The calibrated risk of every pattern, and which features raise it most against the average of what was learnt from: of the ' +
    'patterns of stretch 1 by both models of the calibration basis, of stretch 0 by the chosen one of the full basis. A feature is named when it ' +
    'adds at least .08 to the logit.',
  grain: 'one row a basis, learner and pattern',
  columns: {
    basis: { type: 'VARCHAR', description: 'calibration: stretch 1; full: stretch 0', tests: ['not_null'] },
    learner: { type: 'VARCHAR', description: 'logistic or trees', tests: ['not_null'] },
    pattern: { type: 'VARCHAR', description: 'Pattern of churn.examples', tests: ['not_null'] },
    risk: {
      type: 'DECIMAL(10,9)',
      description: 'Chance of not buying in the stretch that follows',
      tests: ['not_null', { range: { min: 0, max: 1 } }],
    },
    reason_1: { type: 'VARCHAR', description: 'Feature that raises it most; null where none does' },
    reason_2: { type: 'VARCHAR', description: 'The second' },
    reason_3: { type: 'VARCHAR', description: 'The third' },
    holding: { type: 'VARCHAR', description: 'Feature that lowers it most; null where none does' },
  },
  tests: [{ unique: ['basis', 'learner', 'pattern'] }],
  inputs: {
    fits: 'select basis, learner, intercept, slope, parameters from churn.risk_fits order by basis, learner',
    features: 'select position, feature from churn.feature_edges order by position',
    patterns:
      'select stretch, pattern from churn.example_patterns where stretch < 2 order by stretch, pattern',
  },
  run({ inputs }) {
    const fits = inputs.fits.toArray().map((row) => row.toJSON() as Fit)
    const positions = [...(inputs.features.getChild('position') ?? [])].map(Number)
    const names = new Map(
      texts(inputs.features, 'feature').map((feature, i) => [positions[i] as number, feature]),
    )
    const stretches = [...(inputs.patterns.getChild('stretch') ?? [])].map(Number)
    const patterns = texts(inputs.patterns, 'pattern')
    const of = (stretch: number) => patterns.filter((_, i) => stretches[i] === stretch)
    const rows = fits.flatMap((fit) => scoresOf(fit, of(fit.basis === 'full' ? 0 : 1), names))
    return {
      basis: rows.map(({ basis }) => basis),
      learner: rows.map(({ learner }) => learner),
      pattern: rows.map(({ pattern }) => pattern),
      risk: Float64Array.from(rows, ({ risk }) => risk),
      reason_1: rows.map(({ raising }) => raising[0] ?? null),
      reason_2: rows.map(({ raising }) => raising[1] ?? null),
      reason_3: rows.map(({ raising }) => raising[2] ?? null),
      holding: rows.map(({ lowering }) => lowering),
    }
  },
})

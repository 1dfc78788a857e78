import { baseLogit, binsOf, chanceOf, type Examples, type Learner, sum } from './examples.ts'
import { inverse, multiply } from './linear.ts'

/** Points by feature and bin, on the scale of the logit; a feature's points are 0 on average over what they were learnt from. */
export interface Scorecard {
  base: number
  points: number[][]
}

/** Pulls points towards 0 as strongly as four examples would. */
const ridge = 4
const mostSteps = 25

/**
 * Logistic regression on the bins of every feature, by iteratively reweighted least squares (Nelder and Wedderburn 1972) with a
 * ridge: each step solves (XᵀWX + λ) δ = Xᵀ(y − np) − λβ. A bin that never came keeps 0 points.
 */
export const logistic: Learner<Scorecard> = {
  name: 'logistic',
  fit(examples) {
    const sizes = binsOf(examples)
    // Column 0 is the intercept, then the bins of each feature in turn.
    const offsets = sizes.map((_, f) => 1 + sizes.slice(0, f).reduce((total, size) => total + size, 0))
    const width = 1 + sizes.reduce((total, size) => total + size, 0)
    const beta = new Float64Array(width)
    beta[0] = baseLogit(examples)
    for (let step = 0; step < mostSteps; step += 1) {
      const { slope, curvature } = momentsOf(examples, offsets, beta)
      const inverted = inverse(curvature, width)
      if (!inverted) break
      const change = multiply(inverted, width, slope)
      for (let i = 0; i < width; i += 1) beta[i] = (beta[i] as number) + (change[i] as number)
      if (change.every((one) => Math.abs(one) < 1e-7)) break
    }
    return centred(examples, offsets, sizes, beta)
  },
  open: ({ base, points }) => ({
    name: 'logistic',
    base,
    contributions: (pattern) => Float64Array.from(points, (feature, f) => feature[pattern[f] as number] ?? 0),
  }),
}

/** Slope and curvature of the penalised log-likelihood at β: all that a step needs of the examples. */
function momentsOf({ digits, n, hits }: Examples, offsets: number[], beta: Float64Array) {
  const width = beta.length
  const slope = new Float64Array(width)
  const curvature = new Float64Array(width * width)
  const places = new Int32Array(offsets.length + 1)
  for (let i = 0; i < n.length; i += 1) {
    let logit = beta[0] as number
    for (let f = 0; f < offsets.length; f += 1) {
      const place = (offsets[f] as number) + ((digits[f] as Uint8Array)[i] as number)
      places[f + 1] = place
      logit += beta[place] as number
    }
    const chance = chanceOf(logit)
    const count = n[i] as number
    const rest = (hits[i] as number) - count * chance
    const weight = count * chance * (1 - chance)
    for (let a = 0; a < places.length; a += 1) {
      const row = places[a] as number
      slope[row] = (slope[row] as number) + rest
      for (let b = 0; b <= a; b += 1) {
        const cell = row * width + (places[b] as number)
        curvature[cell] = (curvature[cell] as number) + weight
      }
    }
  }
  // Half an example of either outcome keeps the intercept finite where all ended alike.
  const base = chanceOf(beta[0] as number)
  slope[0] = (slope[0] as number) + 0.5 - base
  curvature[0] = (curvature[0] as number) + base * (1 - base)
  for (let row = 1; row < width; row += 1) {
    slope[row] = (slope[row] as number) - ridge * (beta[row] as number)
    curvature[row * width + row] = (curvature[row * width + row] as number) + ridge
    for (let column = 0; column < row; column += 1) {
      curvature[column * width + row] = curvature[row * width + column] as number
    }
  }
  return { slope, curvature }
}

function centred({ digits, n }: Examples, offsets: number[], sizes: number[], beta: Float64Array): Scorecard {
  const total = Math.max(1, sum(n))
  let base = beta[0] as number
  const points = sizes.map((size, f) => {
    const own = Array.from({ length: size }, (_, bin) => beta[(offsets[f] as number) + bin] as number)
    const mean =
      n.reduce((all, count, i) => all + count * (own[(digits[f] as Uint8Array)[i] as number] as number), 0) /
      total
    base += mean
    return own.map((value) => value - mean)
  })
  return { base, points }
}

/** What turns a logit into a calibrated one: intercept + slope × logit. */
export interface Calibration {
  intercept: number
  slope: number
}

/**
 * Platt (1999): intercept and slope by the likelihood of examples that were not learnt from, each pulled towards no change as
 * strongly as one example would.
 */
export function calibrate(logits: Float64Array, { n, hits }: Examples): Calibration {
  let [intercept, slope] = [0, 1]
  for (let step = 0; step < mostSteps; step += 1) {
    let [g0, g1, h00, h01, h11] = [-intercept, 1 - slope, 1, 0, 1]
    for (let i = 0; i < n.length; i += 1) {
      const [logit, count] = [logits[i] as number, n[i] as number]
      const chance = chanceOf(intercept + slope * logit)
      const rest = (hits[i] as number) - count * chance
      const weight = count * chance * (1 - chance)
      g0 += rest
      g1 += rest * logit
      h00 += weight
      h01 += weight * logit
      h11 += weight * logit * logit
    }
    const determinant = h00 * h11 - h01 * h01
    const [d0, d1] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant]
    intercept += d0
    slope += d1
    if (Math.abs(d0) < 1e-9 && Math.abs(d1) < 1e-9) break
  }
  return { intercept, slope }
}

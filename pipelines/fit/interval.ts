import { meanAhead, momentsAhead } from './forecasts.ts'
import type { Fit, Params, Patterns, PurchaseModel } from './model.ts'

export interface Interval {
  mean: number
  low: number
  high: number
}

export interface TotalInterval extends Interval {
  /** Variance of the total from what customers do, and from not knowing the parameters. */
  processVariance: number
  parameterVariance: number
}

/** 95 %. */
const usual = 1.96

/**
 * Purchases of a whole base in the time t after T, with an interval of ±z standard errors on the logarithm (a total
 * is not negative). Two sources: customers are random (Σ of their variances), and the parameters are estimates
 * (delta method on the fit's covariance; taken as known where that is null). Not covered: a wrong model.
 */
export function totalAhead(
  model: PurchaseModel,
  fit: Fit,
  patterns: Patterns,
  t: number,
  z = usual,
): TotalInterval {
  const { mean, variance } = totals(model, fit.params, patterns, t)
  const names = Object.keys(fit.params)
  const slopes = names.map((name) => {
    const shifted = (by: number) => ({ ...fit.params, [name]: (fit.params[name] as number) * Math.exp(by) })
    const [up, down] = [total(model, shifted(1e-4), patterns, t), total(model, shifted(-1e-4), patterns, t)]
    return (up - down) / 2e-4
  })
  const covariance = (i: number, j: number) => fit.covariance?.[i * names.length + j] ?? 0
  const parameterVariance = slopes.reduce((sum, slope, i) => {
    return sum + slopes.reduce((row, other, j) => row + slope * other * covariance(i, j), 0)
  }, 0)
  const whole = { mean, processVariance: variance, parameterVariance }
  return { ...whole, ...intervalOf(whole, z) }
}

/** ±z standard errors on the logarithm. */
export function intervalOf(
  { mean, processVariance, parameterVariance }: Omit<TotalInterval, 'low' | 'high'>,
  z = usual,
): Interval {
  const spread = mean > 0 ? Math.exp((z * Math.sqrt(processVariance + parameterVariance)) / mean) : 1
  return { mean, low: mean / spread, high: mean * spread }
}

function total(model: PurchaseModel, params: Params, { x, tx, T, n }: Patterns, t: number): number {
  const ahead = meanAhead(model, params, t)
  let mean = 0
  for (let i = 0; i < x.length; i += 1)
    mean += (n[i] as number) * ahead(x[i] as number, tx[i] as number, T[i] as number)
  return mean
}

function totals(model: PurchaseModel, params: Params, { x, tx, T, n }: Patterns, t: number) {
  const ahead = momentsAhead(model, params, t)
  let [mean, variance] = [0, 0]
  for (let i = 0; i < x.length; i += 1) {
    const one = ahead(x[i] as number, tx[i] as number, T[i] as number)
    mean += (n[i] as number) * one.mean
    variance += (n[i] as number) * one.variance
  }
  return { mean, variance }
}

/**
 * The purchases of one customer in (T, T + t]: the mean, and the central `share` of what may happen, given the
 * parameters: the smallest counts that leave at most half the rest on either side.
 */
export function customerAhead(
  model: PurchaseModel,
  params: Params,
  [x, tx, T]: readonly [x: number, tx: number, T: number],
  t: number,
  share = 0.95,
): Interval {
  const rest = (1 - share) / 2
  let [low, sum] = [-1, 0]
  for (let n = 0; ; n += 1) {
    const chance = model.chance(params, x, tx, T, t, n)
    sum += chance
    if (low < 0 && sum > rest) low = n
    if (sum >= 1 - rest || n > 1e6)
      return { mean: model.expected(params, x, tx, T, t), low: Math.max(low, 0), high: n }
  }
}

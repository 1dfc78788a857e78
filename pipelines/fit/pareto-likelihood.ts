import { distinct, weightsOf } from './columns.ts'
import type { ParetoParams } from './departure.ts'
import type { Objective } from './maximise.ts'
import type { Patterns } from './model.ts'
import { departures } from './pareto-departures.ts'
import { digamma, logRising } from './special.ts'

/**
 * The log-likelihood of Pareto/NBD and its gradient over patterns with counts (Schmittlein, Morrison & Colombo,
 * Management Science 33, 1987; Fader & Hardie 2005), m = r + x:
 *
 *   L = (r)ₓ αʳ βˢ { (α+T)⁻ᵐ (β+T)⁻ˢ + ∫ s (α+y)⁻ᵐ (β+y)⁻⁽ˢ⁺¹⁾ dy over y from t_x to T }.
 *
 * The integral is taken once for each (x, t_x) and each (x, T), up to a common end (from the latest time backwards, each
 * stretch added to what comes after it), and their difference put so that nothing cancels: with ρ the first term over
 * its value at t_x, the braces are ρ (1 − D(T)) + D(t_x).
 */
export function paretoLikelihood(patterns: Patterns): Objective {
  const { x, tx, T, n } = patterns
  const bySize = distinct(x)
  const customers = weightsOf(bySize, n)
  const until = T.reduce((most, time) => Math.max(most, time), 0)
  const [last, end] = [departures(x, tx, until), departures(x, T, until)]
  return (at, gradient) => {
    const params = at as unknown as ParetoParams
    const [r, alpha, s, beta] = params
    let value = sizeTerms(bySize.values, customers, params, gradient)
    last.fill(params)
    end.fill(params)
    let [dr, dAlpha, ds, dBeta] = [0, 0, 0, 0]
    for (let i = 0; i < x.length; i += 1) {
      const count = n[i] as number
      const [a, b] = [last.index[i] as number, end.index[i] as number]
      const rho = Math.exp((end.log[b] as number) - (last.log[a] as number))
      const either = rho * (1 - (end.value[b] as number)) + (last.value[a] as number)
      const m = r + (x[i] as number)
      const time = T[i] as number
      const weight = count / either
      value += count * (Math.log(either) + (last.log[a] as number))
      dr +=
        weight * ((last.dr[a] as number) - rho * (end.dr[b] as number) - rho * (end.alphaLog[b] as number))
      dAlpha +=
        weight * ((last.dAlpha[a] as number) - rho * (end.dAlpha[b] as number) - (rho * m) / (alpha + time))
      ds += weight * ((last.ds[a] as number) - rho * (end.ds[b] as number) - rho * (end.betaLog[b] as number))
      dBeta +=
        weight * ((last.dBeta[a] as number) - rho * (end.dBeta[b] as number) - (rho * s) / (beta + time))
    }
    for (const [i, slope] of [dr, dAlpha, ds, dBeta].entries()) gradient[i] = (gradient[i] as number) + slope
    return value
  }
}

/** (r)ₓ αʳ βˢ; begins the gradient. */
function sizeTerms(
  sizes: Float64Array,
  customers: Float64Array,
  params: ParetoParams,
  gradient: Float64Array,
): number {
  const [r, alpha, s, beta] = params
  const [logAlpha, logBeta, psiR] = [Math.log(alpha), Math.log(beta), digamma(r)]
  let [value, dr, all] = [0, 0, 0]
  for (let i = 0; i < sizes.length; i += 1) {
    const count = customers[i] as number
    value += count * logRising(r, sizes[i] as number)
    dr += count * (digamma(r + (sizes[i] as number)) - psiR)
    all += count
  }
  gradient.set([dr + all * logAlpha, (all * r) / alpha, all * logBeta, (all * s) / beta])
  return value + all * (r * logAlpha + s * logBeta)
}

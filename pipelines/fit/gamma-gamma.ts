import { distinct, weightsOf } from './columns.ts'
import { maximumLikelihood, type Problem, toFit } from './estimate.ts'
import type { Objective } from './maximise.ts'
import type { Boundary, Fit, Params } from './model.ts'
import { digamma, logGamma } from './special.ts'

interface Spend {
  x: Float64Array
  m: Float64Array
  n: Float64Array
}

/**
 * Gamma-Gamma: a customer's spend per purchase is gamma (p, ν), ν is gamma (q, gamma) over customers.
 * Fader & Hardie, "The Gamma-Gamma Model of Monetary Value" (2013), eq. 1a. By rows of customers who share (x, m):
 * `x` purchases counted, `m` their mean spend (any one currency), `n` customers. Rows with x = 0 or m ≤ 0 carry
 * nothing: they are left out and counted. Throws a RangeError on a number that is not finite or x not whole.
 */
export function fitGammaGamma(x: Float64Array, m: Float64Array, n: Float64Array): Fit {
  const { spend, customers, leftOut, mean } = usable(x, m, n)
  const params = ['p', 'q', 'gamma'] as const
  const problem: Problem = {
    model: 'gamma_gamma',
    parameters: params,
    customers,
    leftOut,
    logLikelihood: likelihood(spend),
    starts: [
      [1, 3, 2 * mean],
      [5, 3, mean / 2],
      [3, 10, 3 * mean],
    ],
    lower: [1e-4, 1e-3, 1e-6 * mean],
    upper: [1e5, 1e5, 1e8 * mean],
  }
  if (customers === 0) return unfit(problem)
  const best = maximumLikelihood(problem)
  const boundary = boundaryOf(best.values as [number, number, number])
  return toFit(problem, best, boundary, boundary === 'equal_spend' ? ['q'] : [])
}

/** Log-likelihood of the mean spends and its gradient in (p, q, gamma). */
function likelihood({ x, m, n }: Spend): Objective {
  const bySize = distinct(x)
  const customers = weightsOf(bySize, n)
  const spent = x.map((size, i) => size * (m[i] as number))
  const spentLog = spent.map(Math.log)
  const constant = m.reduce((sum, mean, i) => sum - (n[i] as number) * Math.log(mean), 0)
  return (at, gradient) => {
    const [p, q, gamma] = at as unknown as [number, number, number]
    const [scaleLog, psiQ, logGammaQ] = [Math.log(gamma), digamma(q), logGamma(q)]
    let [value, dp, dq, dGamma] = [constant, 0, 0, 0]
    for (const [i, size] of bySize.values.entries()) {
      const count = customers[i] as number
      const [shape, psi] = [p * size, digamma(p * size + q)]
      value += count * (logGamma(shape + q) - logGamma(shape) - logGammaQ + q * scaleLog)
      dp += count * size * (psi - digamma(shape))
      dq += count * (psi - psiQ + scaleLog)
    }
    for (let i = 0; i < x.length; i += 1) {
      const [count, shape] = [n[i] as number, p * (x[i] as number)]
      const scale = gamma + (spent[i] as number)
      const [log, own] = [Math.log(scale), spentLog[i] as number]
      value += count * (shape * own - (shape + q) * log)
      dp += count * (x[i] as number) * (own - log)
      dq -= count * log
      dGamma += count * (q / gamma - (shape + q) / scale)
    }
    gradient.set([dp, dq, dGamma])
    return value
  }
}

/**
 * Expected spend per purchase of a customer with x purchases of mean m: the posterior mean of Fader & Hardie, eq. 5,
 * a weighted mean of the customer's own and everyone's. With x = 0 (m is not read): everyone's mean. Where no finite
 * mean exists (px + q ≤ 1) it is p over the expected rate instead, which always does.
 */
export function meanSpend({ p, q, gamma }: Params, x: number, m: number): number {
  const [P, Q, G] = [p as number, q as number, gamma as number]
  const shape = P * x + Q
  const scale = x > 0 ? G + x * m : G
  return (P * scale) / (shape > 1 ? shape - 1 : shape)
}

function boundaryOf([, q]: [number, number, number]): Boundary | null {
  if (q <= 1) return 'infinite_mean'
  return q > 1e3 ? 'equal_spend' : null
}

function usable(x: Float64Array, m: Float64Array, n: Float64Array) {
  const rows: number[] = []
  let [customers, leftOut, spent, purchases] = [0, 0, 0, 0]
  for (let i = 0; i < x.length; i += 1) {
    const [size, mean, count] = [x[i] as number, m[i] as number, n[i] as number]
    if (
      !(Number.isInteger(size) && size >= 0 && count >= 0 && Number.isFinite(count + (size > 0 ? mean : 0)))
    ) {
      throw new RangeError(`spend ${i}: x ${size}, m ${mean}, n ${count} is not a row of purchases`)
    }
    if (size === 0 || mean <= 0) {
      leftOut += count
      continue
    }
    rows.push(i)
    customers += count
    spent += count * size * mean
    purchases += count * size
  }
  const pick = (column: Float64Array) => Float64Array.from(rows, (i) => column[i] as number)
  const spend: Spend = { x: pick(x), m: pick(m), n: pick(n) }
  return { spend, customers, leftOut, mean: purchases > 0 ? spent / purchases : 1 }
}

/** Nobody with a usable spend: mean spend zero for everyone. */
function unfit({ model, customers, leftOut }: Problem): Fit {
  return {
    model,
    params: { p: 1, q: 2, gamma: 0 },
    logLikelihood: 0,
    standardErrors: { p: null, q: null, gamma: null },
    covariance: null,
    converged: false,
    boundary: 'no_customers',
    starts: 0,
    agreed: 0,
    customers,
    leftOut,
  }
}

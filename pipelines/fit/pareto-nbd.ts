import { onePattern } from './columns.ts'
import { departure, noDeparture, type ParetoParams } from './departure.ts'
import { forecasts } from './forecasts.ts'
import type { Params, PurchaseModel, Staying } from './model.ts'
import { paretoLikelihood } from './pareto-likelihood.ts'
import { concentrated, fitPurchases, type Leaving } from './purchase-fit.ts'
import { stagePoint } from './renewals.ts'
import { gaussLegendre } from './special.ts'

const panel = gaussLegendre(16)

const parameters = ['r', 'alpha', 's', 'beta'] as const

/**
 * Pareto/NBD: gamma-mixed Poisson purchases (r, alpha), a gamma-mixed exponential lifetime (s, beta).
 * Given the history and being alive, the rate is gamma (r + x, α + T) and the hazard gamma (s, β + T).
 * Sources at `paretoLikelihood`.
 */
export const paretoNbd: PurchaseModel = forecasts({
  name: 'pareto_nbd',
  parameters,
  fit: (patterns) => fitPurchases('pareto_nbd', 1, leaving, patterns),
  logLikelihood: (params, x, tx, T) => {
    return paretoLikelihood(onePattern(x, tx, T))(Float64Array.from(listed(params)), new Float64Array(4))
  },
  standing: (params, x, tx, T) => ({ alive: alive(listed(params), x, tx, T), stages: [1] }),
  staying: (params, x, T) => [staying(listed(params), x, T)],
  chance: (params, x, tx, T, t, n) => {
    const stays = alive(listed(params), x, tx, T)
    return stays * staying(listed(params), x, T).chances(t)(n) + (n === 0 ? 1 - stays : 0)
  },
})

const leaving: Leaving = {
  parameters: ['s', 'beta'],
  likelihood: paretoLikelihood,
  starts: (r, alpha, unit) => [
    [1.5 * r, alpha, 0.6, unit / 3],
    [2 * r, alpha, 2, 2 * unit],
    [r, alpha / 2, 0.3, unit / 10],
  ],
  lower: (unit) => [1e-6, 1e-6 * unit],
  upper: (unit) => [1e5, 1e10 * unit],
  nobody: (unit) => [1e-6, unit],
  edge: ([, , s, beta], unit) => {
    // Who leaves in a mean time observed: next to nobody, or next to everybody.
    const stays = ((beta as number) / ((beta as number) + unit)) ** (s as number)
    if (1 - stays < 1e-4) return { boundary: 'no_dropout', held: ['s', 'beta'] }
    if (stays < 1e-3) return { boundary: 'full_dropout', held: ['s', 'beta'] }
    return (s as number) > concentrated ? { boundary: 'equal_dropout', held: ['s'] } : null
  },
}

function listed({ r, alpha, s, beta }: Params): ParetoParams {
  return [r, alpha, s, beta] as [number, number, number, number]
}

function alive(params: ParetoParams, x: number, tx: number, T: number): number {
  const [r, alpha, s, beta] = params
  const left = noDeparture()
  departure(r + x, params, tx, T, left)
  const stayed = Math.exp(
    (r + x) * Math.log((alpha + tx) / (alpha + T)) + s * Math.log((beta + tx) / (beta + T)),
  )
  // Both underflow only when a silence is beyond belief: the customer has left.
  return stayed === 0 ? 0 : stayed / (stayed + left.value)
}

/** Mean rate × mean time alive within t; the second moment is E[rate] E[time] + E[rate²] E[time²]. */
function staying([r, alpha, s, beta]: ParetoParams, x: number, T: number): Staying {
  const [shape, rate, life] = [r + x, alpha + T, beta + T]
  const mean = (t: number) => (shape / rate) * life * rise(s - 1, Math.log1p(t / life))
  return {
    mean,
    second: (t) => {
      const squares = 2 * life * life * riseApart(s, Math.log1p(t / life))
      return mean(t) + (shape * (shape + 1) * squares) / (rate * rate)
    },
    chances: (t) => probabilities([shape, rate, s, life], t),
  }
}

/** E[min(lifetime, t)] in units of β + T: (1 − e⁻ᶜʷ) / c, also at c = 0. */
function rise(c: number, w: number): number {
  return Math.abs(c * w) < 1e-12 ? w : -Math.expm1(-c * w) / c
}

/** Half of E[min(lifetime, t)²] in the same units: rise(s−2, w) − rise(s−1, w), by quadrature where that cancels. */
function riseApart(s: number, w: number): number {
  if (w * Math.max(1, Math.abs(s - 1)) > 4) return rise(s - 2, w) - rise(s - 1, w)
  return panel.nodes.reduce((sum, node, i) => {
    return sum + (panel.weights[i] as number) * w * Math.exp((1 - s) * w * node) * Math.expm1(w * node)
  }, 0)
}

/** n purchases in t by one who stayed, and by those who left on the way: an integral over ln(κ + time of leaving). */
function probabilities([r, alpha, s, beta]: ParetoParams, t: number): (n: number) => number {
  const near = Math.min(alpha, beta)
  const width = Math.log1p(t / near)
  const expected = (r * t) / (alpha + t)
  const panels = Math.ceil(2 * width + Math.sqrt(expected) + Math.min(200, (r * Math.log1p(t / alpha)) / 10))
  const [shares, weights] = [[t / (alpha + t)], [(beta / (beta + t)) ** s]]
  for (let p = 0; p < panels; p += 1) {
    for (const [i, node] of panel.nodes.entries()) {
      const time = near * Math.expm1((width * (p + node)) / panels)
      const hazard = (s / (beta + time)) * (beta / (beta + time)) ** s
      shares.push(time / (alpha + time))
      weights.push(((panel.weights[i] as number) * width * (near + time) * hazard) / panels)
    }
  }
  return (n) => shares.reduce((sum, z, i) => sum + (weights[i] as number) * stagePoint(r, z, n), 0)
}

import { onePattern } from './columns.ts'
import type { Moments, Params, PurchaseModel } from './model.ts'
import { departure, noDeparture, type ParetoParams, paretoLikelihood } from './pareto-likelihood.ts'
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
export const paretoNbd: PurchaseModel = {
  name: 'pareto_nbd',
  parameters,
  fit: (patterns) => fitPurchases('pareto_nbd', 1, leaving, patterns),
  logLikelihood: (params, x, tx, T) => {
    return paretoLikelihood(onePattern(x, tx, T))(Float64Array.from(listed(params)), new Float64Array(4))
  },
  pAlive: (params, x, tx, T) => alive(listed(params), x, tx, T),
  expected: (params, x, tx, T, t) => ahead(listed(params), x, tx, T)(t),
  ahead: (params, x, tx, T) => ahead(listed(params), x, tx, T),
  moments: (params, x, tx, T, t) => moments(listed(params), x, tx, T, t),
  expectedNew: (params, t) => ahead(listed(params), 0, 0, 0)(t),
  chance: (params, x, tx, T, t, n) => {
    const [r, alpha, s, beta] = listed(params)
    const stays = alive([r, alpha, s, beta], x, tx, T)
    return stays * probability([r + x, alpha + T, s, beta + T], n, t) + (n === 0 ? 1 - stays : 0)
  },
  probability: (params, n, t) => probability(listed(params), n, t),
}

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

/** P(alive) × mean rate × mean time alive within t. */
function ahead(params: ParetoParams, x: number, tx: number, T: number): (t: number) => number {
  const [r, alpha, s, beta] = params
  const rate = (alive(params, x, tx, T) * (r + x)) / (alpha + T)
  return (t) => rate * (beta + T) * rise(s - 1, Math.log1p(t / (beta + T)))
}

/** The second moment is E[rate] E[time] + E[rate²] E[time²]. */
function moments(params: ParetoParams, x: number, tx: number, T: number, t: number): Moments {
  const [r, alpha, s, beta] = params
  const [shape, rate, life] = [r + x, alpha + T, beta + T]
  const mean = ahead(params, x, tx, T)(t)
  const squares = 2 * life * life * riseApart(s, Math.log1p(t / life))
  const second = mean + (alive(params, x, tx, T) * shape * (shape + 1) * squares) / (rate * rate)
  return { mean, variance: Math.max(0, second - mean * mean) }
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
function probability([r, alpha, s, beta]: ParetoParams, n: number, t: number): number {
  const purchases = (time: number) => stagePoint(r, time / (alpha + time), n)
  const near = Math.min(alpha, beta)
  const width = Math.log1p(t / near)
  const panels = Math.ceil(2 * width + Math.sqrt(n) + Math.min(200, (r * Math.log1p(t / alpha)) / 10))
  let left = 0
  for (let p = 0; p < panels; p += 1) {
    for (const [i, node] of panel.nodes.entries()) {
      const time = near * Math.expm1((width * (p + node)) / panels)
      const hazard = (s / (beta + time)) * (beta / (beta + time)) ** s
      left += ((panel.weights[i] as number) * width * (near + time) * hazard * purchases(time)) / panels
    }
  }
  return purchases(t) * (beta / (beta + t)) ** s + left
}

import { distinct, weightsOf } from './columns.ts'
import type { Objective } from './maximise.ts'
import type { Patterns } from './model.ts'
import { digamma, gaussLegendre, logRising, type Quadrature } from './special.ts'

/** r, alpha, s, beta. */
export type ParetoParams = readonly [r: number, alpha: number, s: number, beta: number]

/** An integral and its derivatives; made once, filled again and again. */
export interface Departure {
  value: number
  dr: number
  dAlpha: number
  ds: number
  dBeta: number
}

export const noDeparture = (): Departure => ({ value: 0, dr: 0, dAlpha: 0, ds: 0, dBeta: 0 })

/** Points on a stretch of at most 0.75 in ln(time) and 4 e-foldings, or 1.5 and 10: 12 digits or more. */
const [few, many] = [gaussLegendre(8), gaussLegendre(12)]

/**
 * ∫ s (α+y)⁻ᵐ (β+y)⁻⁽ˢ⁺¹⁾ dy over y from `from` to `to`, in units of (α+from)⁻ᵐ (β+from)⁻ˢ: the chance of leaving
 * in that time with no purchase in it, m = r + x. (Fader & Hardie, "A Note on Deriving the Pareto/NBD Model", 2005,
 * write it as a difference of two ₂F₁, which cancel for large x; here every term is positive.) Gauss–Legendre in
 * v = ln((κ+y)/(κ+from)), κ = min(α, β), where the integrand has no singularity within π.
 */
export function departure(m: number, params: ParetoParams, from: number, to: number, out: Departure): void {
  const [, alpha, s, beta] = params
  const near = Math.min(alpha, beta)
  // What is left when e⁻⁴⁰ of the chance of no purchase is left does not count.
  const end = Math.min(to, (alpha + from) * Math.exp(Math.min(40 / m, 700)) - alpha)
  const width = Math.log((near + end) / (near + from))
  out.value = out.dr = out.dAlpha = out.ds = out.dBeta = 0
  if (!(width > 0)) return
  const foldings = m * Math.log((alpha + end) / (alpha + from)) + s * Math.log((beta + end) / (beta + from))
  if (width < 0.75 && foldings < 4) integrate(m, params, from, width, 1, few, out)
  else integrate(m, params, from, width, Math.ceil(Math.max(width / 1.5, foldings / 10)), many, out)
}

function integrate(
  m: number,
  [, alpha, s, beta]: ParetoParams,
  from: number,
  width: number,
  panels: number,
  { nodes, weights }: Quadrature,
  out: Departure,
): void {
  const alphaFirst = alpha < beta
  const start = (alphaFirst ? alpha : beta) + from
  const apart = Math.abs(beta - alpha)
  const startLog = Math.log(start)
  const scale = m * Math.log(alpha + from) + s * Math.log(beta + from)
  const step = width / panels
  let [value, dr, dAlpha, ds, dBeta] = [0, 0, 0, 0, 0]
  for (let p = 0; p < panels; p += 1) {
    for (let i = 0; i < nodes.length; i += 1) {
      const v = step * (p + (nodes[i] as number))
      const near = start * Math.exp(v)
      const far = near + apart
      const farLog = Math.log(far)
      const alphaLog = alphaFirst ? startLog + v : farLog
      const betaLog = alphaFirst ? farLog : startLog + v
      const overAlpha = 1 / (alphaFirst ? near : far)
      const overBeta = 1 / (alphaFirst ? far : near)
      const density = (weights[i] as number) * near * overBeta * Math.exp(scale - m * alphaLog - s * betaLog)
      value += density
      dr -= density * alphaLog
      dAlpha -= density * overAlpha
      ds -= density * betaLog
      dBeta -= density * overBeta
    }
  }
  out.value = step * s * value
  out.dr = step * s * dr
  out.dAlpha = step * s * m * dAlpha
  out.ds = step * (value + s * ds)
  out.dBeta = step * s * (s + 1) * dBeta
}

/**
 * The log-likelihood of Pareto/NBD and its gradient over patterns with counts (Schmittlein, Morrison & Colombo,
 * Management Science 33, 1987; Fader & Hardie 2005), m = r + x:
 *
 *   L = (r)ₓ αʳ βˢ { (α+T)⁻ᵐ (β+T)⁻ˢ + ∫ s (α+y)⁻ᵐ (β+y)⁻⁽ˢ⁺¹⁾ dy over y from t_x to T }.
 *
 * The integral is taken once for each (x, t_x) and each (x, T), up to a common end, and their difference put so
 * that nothing cancels: with ρ the first term over its value at t_x, the braces are ρ (1 − D(T)) + D(t_x).
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

/** By distinct (x, time): the departure from that time on, and ln of the unit it is in. */
function departures(x: Float64Array, time: Float64Array, until: number) {
  const [sizes, times] = [distinct(x), distinct(time)]
  const pairs = distinct(
    Float64Array.from(
      x,
      (_, i) => (sizes.index[i] as number) * times.values.length + (times.index[i] as number),
    ),
  )
  const column = () => new Float64Array(pairs.values.length)
  const [value, dr, dAlpha, ds, dBeta] = [column(), column(), column(), column(), column()]
  const [log, alphaLog, betaLog] = [column(), column(), column()]
  const out = noDeparture()
  const fill = (params: ParetoParams) => {
    const [r, alpha, s, beta] = params
    for (let i = 0; i < pairs.values.length; i += 1) {
      const key = pairs.values[i] as number
      const m = r + (sizes.values[Math.floor(key / times.values.length)] as number)
      const from = times.values[key % times.values.length] as number
      departure(m, params, from, until, out)
      value[i] = out.value
      dr[i] = out.dr
      dAlpha[i] = out.dAlpha
      ds[i] = out.ds
      dBeta[i] = out.dBeta
      alphaLog[i] = Math.log(alpha + from)
      betaLog[i] = Math.log(beta + from)
      log[i] = -m * (alphaLog[i] as number) - s * (betaLog[i] as number)
    }
  }
  return { index: pairs.index, value, dr, dAlpha, ds, dBeta, log, alphaLog, betaLog, fill }
}

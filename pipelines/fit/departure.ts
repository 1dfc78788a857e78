import { gaussLegendre, type Quadrature } from './special.ts'

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

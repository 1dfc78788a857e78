import { distinct } from './columns.ts'
import { type Departure, departure, noDeparture, type ParetoParams } from './departure.ts'
import { gaussLegendre, type Quadrature } from './special.ts'

/** By distinct (x, time): the departure from that time on, and ln of the unit it is in. */
export function departures(x: Float64Array, time: Float64Array, until: number) {
  const [sizes, times] = [distinct(x), distinct(time)]
  const width = times.values.length
  const pairs = distinct(
    Float64Array.from(x, (_, i) => (sizes.index[i] as number) * width + (times.index[i] as number)),
  )
  const sizeOf = Int32Array.from(pairs.values, (pair) => Math.floor(pair / width))
  const timeOf = Int32Array.from(pairs.values, (pair) => pair % width)
  const order = chained(sizeOf, timeOf, times.values)
  const column = () => new Float64Array(pairs.values.length)
  const [value, dr, dAlpha, ds, dBeta] = [column(), column(), column(), column(), column()]
  const [log, alphaLog, betaLog] = [column(), column(), column()]
  const [alphaLogs, betaLogs] = [new Float64Array(width), new Float64Array(width)]
  const out = noDeparture()
  const fill = (params: ParetoParams) => {
    const [r, alpha, s, beta] = params
    for (let t = 0; t < width; t += 1) {
      alphaLogs[t] = Math.log(alpha + (times.values[t] as number))
      betaLogs[t] = Math.log(beta + (times.values[t] as number))
    }
    let after = -1
    for (let at = 0; at < order.length; at += 1) {
      const i = order[at] as number
      const t = timeOf[i] as number
      const m = r + (sizes.values[sizeOf[i] as number] as number)
      alphaLog[i] = alphaLogs[t] as number
      betaLog[i] = betaLogs[t] as number
      log[i] = -m * (alphaLogs[t] as number) - s * (betaLogs[t] as number)
      const from = times.values[t] as number
      // What comes after the next time of the same x is known already.
      const goesOn = after >= 0 && sizeOf[after] === sizeOf[i]
      const to = goesOn ? (times.values[timeOf[after] as number] as number) : until
      stretch(m, params, from, to, alphaLogs[t] as number, betaLogs[t] as number, out)
      const stays = goesOn ? Math.exp((log[after] as number) - (log[i] as number)) : 0
      value[i] = out.value + stays * (goesOn ? (value[after] as number) : 0)
      dr[i] = out.dr + stays * (goesOn ? (dr[after] as number) : 0)
      dAlpha[i] = out.dAlpha + stays * (goesOn ? (dAlpha[after] as number) : 0)
      ds[i] = out.ds + stays * (goesOn ? (ds[after] as number) : 0)
      dBeta[i] = out.dBeta + stays * (goesOn ? (dBeta[after] as number) : 0)
      after = i
    }
  }
  return { index: pairs.index, value, dr, dAlpha, ds, dBeta, log, alphaLog, betaLog, fill }
}

/** By x, and within it from the latest time to the first. */
function chained(sizeOf: Int32Array, timeOf: Int32Array, times: Float64Array): Int32Array {
  const time = (i: number) => times[timeOf[i] as number] as number
  return Int32Array.from(sizeOf.keys()).sort((a, b) => {
    return (sizeOf[a] as number) - (sizeOf[b] as number) || time(b) - time(a)
  })
}

interface Rule {
  c: number
  rule: Quadrature
}

/** Points that give 12 digits where the integrand falls by up to e⁻ᶜ, from the remainder of the rule (DLMF 3.5.20). */
const rules: readonly Rule[] = [
  { c: 0.07, rule: gaussLegendre(3) },
  { c: 0.33, rule: gaussLegendre(4) },
  { c: 0.85, rule: gaussLegendre(5) },
  { c: 1.6, rule: gaussLegendre(6) },
  { c: 2.7, rule: gaussLegendre(7) },
]

/** As `departure`, which it leaves the long stretches to; the logarithms of α + from and β + from are given. */
function stretch(
  m: number,
  params: ParetoParams,
  from: number,
  to: number,
  alphaLog: number,
  betaLog: number,
  out: Departure,
): void {
  const [, alpha, s, beta] = params
  const [overAlpha, overBeta] = [1 / (alpha + from), 1 / (beta + from)]
  const length = to - from
  const c = length * ((m + 6) * overAlpha + (s + 7) * overBeta)
  let at = 0
  while (at < rules.length && c >= (rules[at] as Rule).c) at += 1
  if (at === rules.length) departure(m, params, from, to, out)
  else integrate(m, s, length, overAlpha, overBeta, alphaLog, betaLog, (rules[at] as Rule).rule, out)
}

/** By y itself: over so short a stretch it serves as well as its logarithm. */
function integrate(
  m: number,
  s: number,
  length: number,
  overAlpha: number,
  overBeta: number,
  alphaLog: number,
  betaLog: number,
  { nodes, weights }: Quadrature,
  out: Departure,
): void {
  let [value, dr, dAlpha, ds, dBeta] = [0, 0, 0, 0, 0]
  for (let i = 0; i < nodes.length; i += 1) {
    const y = length * (nodes[i] as number)
    const [a, b] = [y * overAlpha, y * overBeta]
    const [aLog, bLog] = [logAbove(a), logAbove(b)]
    const [inAlpha, inBeta] = [overAlpha / (1 + a), overBeta / (1 + b)]
    const density = (weights[i] as number) * inBeta * Math.exp(-m * aLog - s * bLog)
    value += density
    dr -= density * (alphaLog + aLog)
    dAlpha -= density * inAlpha
    ds -= density * (betaLog + bLog)
    dBeta -= density * inBeta
  }
  out.value = length * s * value
  out.dr = length * s * dr
  out.dAlpha = length * s * m * dAlpha
  out.ds = length * (value + s * ds)
  out.dBeta = length * s * (s + 1) * dBeta
}

/** ln(1 + z): its series where that is enough, which takes half the time of the logarithm. */
function logAbove(z: number): number {
  if (z > 0.02) return Math.log(1 + z)
  return z * (1 - z * (1 / 2 - z * (1 / 3 - z * (1 / 4 - z * (1 / 5 - z * (1 / 6 - z / 7))))))
}

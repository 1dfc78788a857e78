/** Special functions of real arguments. DLMF is the NIST Digital Library of Mathematical Functions. */

const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156]
const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI)

/** ln Γ(x) for x > 0: Stirling's series (DLMF 5.11.1) above 10, reached by recurrence (5.5.1) from below. */
export function logGamma(x: number): number {
  let product = 1
  let at = x
  while (at < 10) {
    product *= at
    at += 1
  }
  const inverse = 1 / at
  const square = inverse * inverse
  let series = 0
  for (let i = stirling.length - 1; i >= 0; i -= 1) series = series * square + (stirling[i] as number)
  return (at - 0.5) * Math.log(at) - at + halfLogTwoPi + series * inverse - Math.log(product)
}

const bernoulli = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12]

/** ψ(x) = d ln Γ(x) / dx for x > 0: asymptotic series (DLMF 5.11.2) above 10, by recurrence (5.5.2) from below. */
export function digamma(x: number): number {
  let shift = 0
  let at = x
  while (at < 10) {
    shift += 1 / at
    at += 1
  }
  const square = 1 / (at * at)
  let series = 0
  for (let i = bernoulli.length - 1; i >= 0; i -= 1) series = series * square + (bernoulli[i] as number)
  return Math.log(at) - 0.5 / at - series * square - shift
}

/** Factors multiplied before a logarithm is taken: four of them stay far from overflow for a < 1e70. */
const batch = 4

/**
 * ln (a)ₙ = ln Γ(a + n) − ln Γ(a) for a > 0 and whole n ≥ 0 (DLMF 5.2.5).
 * Short products are multiplied out: the difference of two large ln Γ would lose the digits.
 */
export function logRising(a: number, n: number): number {
  if (n > 64) return logGamma(a + n) - logGamma(a)
  let sum = 0
  for (let start = 0; start < n; start += batch) {
    let product = 1
    for (let i = start; i < Math.min(n, start + batch); i += 1) product *= a + i
    sum += Math.log(product)
  }
  return sum
}

/** Iₓ(a, b), the regularised incomplete beta function for 0 ≤ x ≤ 1 and a, b > 0 (DLMF 8.17). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b))
  // The fraction converges fast below the mean of the beta distribution; above it, the mirror does (8.17.4).
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b
}

/** The continued fraction of DLMF 8.17.22 by Lentz's method (3.10(iii)); it needs about √max(a, b) steps. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value)
  const steps = 200 + 10 * Math.sqrt(Math.max(a, b))
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let result = d
  for (let m = 1; m < steps; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    result *= c * d
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    result *= c * d
    if (Math.abs(c * d - 1) < 1e-15) break
  }
  return result
}

export interface Quadrature {
  /** Between 0 and 1, ascending. */
  nodes: Float64Array
  /** Their sum is 1. */
  weights: Float64Array
}

/** Gauss–Legendre quadrature of n points on [0, 1]: Newton's method on Pₙ (DLMF 3.5(v), 14.10.3). */
export function gaussLegendre(n: number): Quadrature {
  const nodes = new Float64Array(n)
  const weights = new Float64Array(n)
  for (let i = 0; i < n; i += 1) {
    let at = Math.cos((Math.PI * (n - i - 0.25)) / (n + 0.5))
    let slope = 1
    for (let step = 0; step < 50; step += 1) {
      let [before, value] = [0, 1]
      for (let j = 1; j <= n; j += 1)
        [before, value] = [value, ((2 * j - 1) * at * value - (j - 1) * before) / j]
      slope = (n * (before - at * value)) / (1 - at * at)
      const move = value / slope
      at -= move
      if (Math.abs(move) < 1e-15) break
    }
    nodes[i] = (1 + at) / 2
    weights[i] = 1 / ((1 - at * at) * slope * slope)
  }
  return { nodes, weights }
}

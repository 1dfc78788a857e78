import { gaussLegendre, incompleteBeta, logGamma, logRising } from './special.ts'

/** Chances that a customer leaves: p ~ Beta(a, b) at each purchase. */
export interface Beta {
  a: number
  b: number
}

/**
 * A gamma-mixed Poisson process of stages: N stages in the time to come, P(N = m) = (r)ₘ/m! · zᵐ (1−z)ʳ with
 * z = t/(α+t). A purchase comes with stages k−j, 2k−j, 3k−j, …, where j stages have passed since the last one;
 * after each the customer stays with probability 1 − p. `dropout` null: nobody leaves.
 *
 * Mean and second moment of the number of purchases X are Σ P(X ≥ i) and Σ (2i−1) P(X ≥ i), where
 * P(X ≥ i) = P(N ≥ ik−j) · E[(1−p)^(i−1)]. All terms are positive: nothing cancels, whatever the parameters
 * (the closed form in ₂F₁ of BG/NBD breaks down at a = 1 and has no counterpart for k > 1).
 */
export interface Renewals {
  mean(z: number): number
  second(z: number): number
}

/** Where power series serve: up to this r, z and mean, their terms neither overflow nor number more than `terms`. */
const [largeR, largeZ, largeMean, terms] = [128, 0.95, 1216, 4096]

/**
 * The moments as functions of z. Summed by m they are (1−z)ʳ Σ cₘ zᵐ with coefficients that do not depend on the
 * time: made once, as far as they are asked for, they serve all customers with the same number of purchases.
 */
export function renewals(r: number, k: number, j: number, dropout: Beta | null): Renewals {
  const counts = { mean: new Float64Array(0), second: new Float64Array(0) }
  const at = { m: 0, paths: 1, mean: 0, second: 0, stays: 1 }
  const extend = () => {
    const length = Math.max(64, 2 * at.m)
    for (const name of ['mean', 'second'] as const) {
      const longer = new Float64Array(length)
      longer.set(counts[name])
      counts[name] = longer
    }
    for (; at.m < length; at.m += 1) {
      if (at.m > 0) at.paths *= (r + at.m - 1) / at.m
      if (at.m > 0 && (at.m + j) % k === 0) {
        const i = (at.m + j) / k
        at.mean += at.stays
        at.second += (2 * i - 1) * at.stays
        if (dropout) at.stays *= (dropout.b + i - 1) / (dropout.a + dropout.b + i - 1)
      }
      counts.mean[at.m] = at.paths * at.mean
      counts.second[at.m] = at.paths * at.second
    }
  }
  const sum = (name: 'mean' | 'second', z: number): number => {
    if (z === 0) return 0
    if (r > largeR || z > largeZ || r * z > largeMean * (1 - z)) return directly(r, z, k, j, dropout)[name]
    let coefficients = counts[name]
    let [total, power] = [0, 1]
    const [square, fourth] = [z * z, z ** 4]
    const eighth = fourth * fourth
    // Eight terms at a time, in pairs (Estrin): one after the other each would wait for the one before.
    for (let from = 0; from < terms; from += 8) {
      if (from === coefficients.length) {
        extend()
        coefficients = counts[name]
      }
      const pair = (m: number) => (coefficients[m] as number) + (coefficients[m + 1] as number) * z
      const low = pair(from) + pair(from + 2) * square
      const high = pair(from + 4) + pair(from + 6) * square
      const first = (coefficients[from] as number) * power
      total += power * (low + high * fourth)
      power *= eighth
      const last = (coefficients[from + 7] as number) * power
      if (last < first && last < 1e-14 * (1 - z) * total) break
    }
    return total * Math.exp(r * Math.log1p(-z))
  }
  return { mean: (z) => sum('mean', z), second: (z) => sum('second', z) }
}

/** The same sums term by term, for customers with very many purchases and for times that dwarf what was observed. */
function directly(r: number, z: number, k: number, j: number, dropout: Beta | null) {
  // (1−z)ʳ may underflow for hundreds of purchases: P(N = m) is carried as a logarithm until it does not.
  let logPoint = r * Math.log1p(-z)
  let point = Math.exp(logPoint)
  let tail = -Math.expm1(logPoint)
  let [mean, second, i, stays] = [0, 0, 1, 1]
  for (let m = 1; i <= terms; m += 1) {
    const ratio = ((r + m - 1) / m) * z
    const next = ((r + m) / (m + 1)) * z
    logPoint += point < 1e-290 ? Math.log(ratio) : 0
    point = point < 1e-290 ? Math.exp(logPoint) : point * ratio
    if (m === i * k - j) {
      if (i === 1 && m > 1 && next < 0.1) tail = pointsFrom(m, point, r, z)
      mean += tail * stays
      second += (2 * i - 1) * tail * stays
      if (dropout) stays *= (dropout.b + i - 1) / (dropout.a + dropout.b + i - 1)
      i += 1
    }
    tail = Math.max(0, tail - point)
    if (next < 1 && point * i < 1e-16 * mean * (1 - next) ** 2) return { mean, second }
  }
  return beyond(r, z, k, j, dropout, { mean, second })
}

/** P(N ≥ m) forward from P(N = m), for a small chance that would not survive being taken from 1. */
function pointsFrom(m: number, first: number, r: number, z: number): number {
  let [sum, point] = [first, first]
  for (let at = m; point > 1e-17 * sum; at += 1) {
    point *= ((r + at) / (at + 1)) * z
    sum += point
  }
  return sum
}

const panel = gaussLegendre(16)

/** Adds the terms after the first `terms`, where they change slowly, as integrals over ln i by midpoints. */
function beyond(
  r: number,
  z: number,
  k: number,
  j: number,
  dropout: Beta | null,
  first: { mean: number; second: number },
): { mean: number; second: number } {
  const expected = (r * z) / (1 - z) / k
  let { mean, second } = first
  for (let from = Math.log(terms + 0.5); ; from += 0.25) {
    let [part, squares] = [0, 0]
    for (const [point, node] of panel.nodes.entries()) {
      const i = Math.exp(from + 0.25 * node)
      const stays = dropout ? meanStay(dropout, i - 1) : 1
      const term = 0.25 * (panel.weights[point] as number) * incompleteBeta(z, i * k - j, r) * stays * i
      part += term
      squares += term * (2 * i - 1)
    }
    mean += part
    second += squares
    if (Math.exp(from) > expected && squares <= 1e-13 * second) return { mean, second }
  }
}

/** E[(1−p)ᵉ] for p ~ Beta(a, b): B(a, b+e) / B(a, b). */
export function meanStay({ a, b }: Beta, e: number): number {
  return Math.exp(logGamma(b + e) - logGamma(b) + logGamma(a + b) - logGamma(a + b + e))
}

/** P(N = m) of the stages in the time to come. */
export function stagePoint(r: number, z: number, m: number): number {
  if (z === 0) return m === 0 ? 1 : 0
  return Math.exp(logRising(r, m) - logGamma(m + 1) + m * Math.log(z) + r * Math.log1p(-z))
}

/** P(N ≥ m) of the stages in the time to come (DLMF 8.17(i): the negative binomial tail is an incomplete beta). */
export function stageTail(r: number, z: number, m: number): number {
  return m <= 0 ? 1 : incompleteBeta(z, m, r)
}

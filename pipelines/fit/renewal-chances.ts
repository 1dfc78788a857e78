import { type Beta, stagePoint } from './renewals.ts'

/**
 * The chances of n = 0, 1, 2, … purchases of one who stayed, from the stages N to come, P(N = m) = (r)ₘ/m! zᵐ(1−z)ʳ:
 * n purchases and still there, or left at the n-th (see `Renewals`). Each stage's chance comes from the one before;
 * while (1−z)ʳ underflows it is taken by itself. Tails are what is left of 1, so they are exact to rounding of 1.
 */
export function renewalChances(
  r: number,
  z: number,
  k: number,
  j: number,
  dropout: Beta | null,
): (n: number) => number {
  const found: number[] = []
  let [m, point, tail, stays] = [0, stagePoint(r, z, 0), 1, 1]
  const next = () => {
    m += 1
    point = point < 1e-290 ? stagePoint(r, z, m) : point * ((r + m - 1) / m) * z
  }
  const extend = () => {
    const n = found.length
    const due = k * n - j
    const atLeast = tail
    let within = 0
    for (; m < due + k; next()) within += point
    tail = Math.max(0, tail - within)
    const before = stays
    if (n > 0 && dropout) stays *= (dropout.b + n - 1) / (dropout.a + dropout.b + n - 1)
    found.push(within * stays + (n > 0 ? atLeast * (before - stays) : 0))
  }
  return (n) => {
    while (found.length <= n) extend()
    return found[n] as number
  }
}

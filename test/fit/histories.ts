import type { Patterns } from '../../pipelines/fit/model.ts'

/** One customer: x, t_x, T and the gaps' Σ ln, with what followed. */
export interface History {
  x: number
  tx: number
  T: number
  logGaps: number
  /** Purchases in the time held out. */
  later: number
  alive: boolean
}

/** Distinct patterns with counts, and the gaps' constant. */
export function patternsOf(histories: readonly Pick<History, 'x' | 'tx' | 'T' | 'logGaps'>[]): Patterns {
  const counts = new Map<string, { x: number; tx: number; T: number; n: number }>()
  for (const { x, tx, T } of histories) {
    const key = `${x} ${tx} ${T}`
    const found = counts.get(key)
    if (found) found.n += 1
    else counts.set(key, { x, tx, T, n: 1 })
  }
  const rows = [...counts.values()]
  const column = (name: 'x' | 'tx' | 'T' | 'n') => Float64Array.from(rows, (row) => row[name])
  const logGaps = histories.reduce((sum, history) => sum + history.logGaps, 0)
  return { x: column('x'), tx: column('tx'), T: column('T'), n: column('n'), logGaps }
}

/** x, t_x, T and gaps of one customer from purchase times (ascending, distinct) up to `end`. */
export function historyOf(times: readonly number[], end: number, until: number): Omit<History, 'alive'> {
  const seen = times.filter((time) => time <= end)
  const [first, last] = [seen[0] as number, seen.at(-1) as number]
  let logGaps = 0
  for (let i = 1; i < seen.length; i += 1) logGaps += Math.log((seen[i] as number) - (seen[i - 1] as number))
  const later = times.filter((time) => time > end && time <= until).length
  return { x: seen.length - 1, tx: last - first, T: end - first, logGaps, later }
}

/** A reproducible stream of uniform numbers in (0, 1): mulberry32. */
export function uniforms(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32
  }
}

export function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next())
}

/** Gamma of the shape, rate 1 (Marsaglia & Tsang 2000). */
export function gamma(next: () => number, shape: number): number {
  if (shape < 1) return gamma(next, shape + 1) * next() ** (1 / shape)
  const d = shape - 1 / 3
  for (;;) {
    const z = normal(next)
    const v = (1 + z / Math.sqrt(9 * d)) ** 3
    if (v > 0 && Math.log(next()) < (z * z) / 2 + d - d * v + d * Math.log(v)) return d * v
  }
}

export function beta(next: () => number, a: number, b: number): number {
  const left = gamma(next, a)
  return left / (left + gamma(next, b))
}

import type { Member } from '../../pipelines/fit/cnbd-likelihood.ts'
import { beta, gamma, type History, historyOf } from './histories.ts'

/** Customers drawn from the process that the BG/CNBD-k family describes, first purchases spread over a season. */
export function drawCnbd(
  { dropout, k }: Member,
  { r, alpha, a, b }: { r: number; alpha: number; a: number; b: number },
  { customers, end, hold, next }: { customers: number; end: number; hold: number; next: () => number },
): History[] {
  return Array.from({ length: customers }, () => {
    const rate = gamma(next, r) / alpha
    const leaves = dropout === 'never' ? 0 : beta(next, a, b)
    const start = (next() * end) / 3
    const times = [start]
    let alive = dropout !== 'after_every' || next() >= leaves
    let [time, aliveAtEnd] = [start, alive]
    while (alive) {
      time += gamma(next, k) / rate
      if (time > end + hold) break
      times.push(time)
      alive = next() >= leaves
      if (time <= end) aliveAtEnd = alive
    }
    return { ...historyOf(times, end, end + hold), alive: aliveAtEnd }
  })
}

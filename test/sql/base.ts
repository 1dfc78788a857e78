import { gamma, uniforms } from '../fit/histories.ts'
import { person, purchases } from './tiny.ts'

export const dayAfter = (from: string, days: number): string =>
  new Date(Date.parse(`${from}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/**
 * A base of persons who buy at random, each at a rate of their own (gamma, mean 1/70 a day), spend at a level of their
 * own, and leave with the probability `leaves` after each purchase. Starts on 1 January 2022, ends after 1,000 days.
 */
export function drawBase({ customers, leaves, seed }: { customers: number; leaves: number; seed: number }) {
  const next = uniforms(seed)
  const ids = Array.from({ length: customers }, (_, i) => `c${i}`)
  const bought = ids.map((id) => {
    const [rate, level] = [gamma(next, 1.5) / 105, 20 + 40 * gamma(next, 3)]
    const days = new Map<string, number>()
    let day = 300 * next()
    while (day < 1000) {
      days.set(dayAfter('2022-01-01', Math.floor(day)), Math.round(level * 100 * (0.5 + next())) / 100)
      if (next() < leaves) break
      day += gamma(next, 1) / rate
    }
    return purchases(id, [...days])
  })
  return {
    asOf: dayAfter('2022-01-01', 999),
    staging: {
      persons: ids.map((id) => person(id)),
      orders: bought.flatMap(({ orders }) => orders),
      order_lines: bought.flatMap(({ order_lines }) => order_lines),
    },
  }
}

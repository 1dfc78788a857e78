import type { Patterns } from './model.ts'

/** A column by its distinct values: what depends on the value alone is computed once for each. */
export interface Distinct {
  values: Float64Array
  /** Position in `values`, row by row. */
  index: Int32Array
}

/** What is made of columns that are not written to again is made once: every model of a base asks for the same. */
export function once<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, Value>()
  return (key) => {
    const found = made.get(key)
    if (found !== undefined) return found
    const value = make(key)
    made.set(key, value)
    return value
  }
}

export const distinct = once((column: Float64Array): Distinct => {
  const positions = new Map<number, number>()
  const index = new Int32Array(column.length)
  for (let i = 0; i < column.length; i += 1) {
    const value = column[i] as number
    let position = positions.get(value)
    if (position === undefined) {
      position = positions.size
      positions.set(value, position)
    }
    index[i] = position
  }
  return { values: Float64Array.from(positions.keys()), index }
})

/** Σ weights by distinct value. */
export function weightsOf({ values, index }: Distinct, weights: Float64Array): Float64Array {
  const sums = new Float64Array(values.length)
  for (let i = 0; i < index.length; i += 1) {
    const position = index[i] as number
    sums[position] = (sums[position] as number) + (weights[i] as number)
  }
  return sums
}

/** One customer, as patterns. */
export function onePattern(x: number, tx: number, T: number): Patterns {
  return { x: Float64Array.of(x), tx: Float64Array.of(tx), T: Float64Array.of(T), n: Float64Array.of(1) }
}

/** Throws a RangeError that names the first impossible pattern. */
export function checkPatterns({ x, tx, T, n }: Patterns): void {
  if (tx.length !== x.length || T.length !== x.length || n.length !== x.length) {
    throw new RangeError(
      `patterns: columns differ in length (${x.length}, ${tx.length}, ${T.length}, ${n.length})`,
    )
  }
  for (let i = 0; i < x.length; i += 1) {
    const fault = faultOf(x[i] as number, tx[i] as number, T[i] as number, n[i] as number)
    if (fault) {
      throw new RangeError(`pattern ${i}: ${fault} (x ${x[i]}, t_x ${tx[i]}, T ${T[i]}, n ${n[i]})`)
    }
  }
}

function faultOf(x: number, tx: number, T: number, n: number): string | null {
  if (!Number.isInteger(x) || x < 0) return 'x must be a whole number, 0 or more'
  if (!(tx >= 0) || !Number.isFinite(T)) return 't_x and T must be finite, 0 or more'
  if (tx > T) return 't_x lies after T'
  if (x === 0 && tx !== 0) return 'without a repeat purchase t_x must be 0'
  if (!(n >= 0) || !Number.isFinite(n)) return 'n must be finite, 0 or more'
  return null
}

/** What the starting points and the bounds need to know of a base. */
export interface Totals {
  customers: number
  purchases: number
  time: number
}

export function totals({ x, T, n }: Patterns): Totals {
  let [customers, purchases, time] = [0, 0, 0]
  for (let i = 0; i < x.length; i += 1) {
    const count = n[i] as number
    customers += count
    purchases += count * (x[i] as number)
    time += count * (T[i] as number)
  }
  return { customers, purchases, time }
}

/** Patterns enough to tell good starting points from bad ones, and how many times as many the next part has. */
const [enough, growth] = [1500, 25]
const goldenSection = (Math.sqrt(5) - 1) / 2

/** Parts of a large set, the smallest first; none of a small one. */
export const parts = once((patterns: Patterns): Patterns[] => {
  const made: Patterns[] = []
  const least = (size: number) => (size === enough ? 2 : 10) * size
  for (let size = enough; patterns.x.length > least(size); size *= growth) made.push(drawn(patterns, size))
  return made
})

/**
 * As many customers as `size`, one from each stretch of equally many, standing for all of it: of sorted patterns a stratified
 * sample, in which those that many share keep their weight. Where in its stretch moves on by the golden section, so that no
 * rhythm in the rows is taken for all of them.
 */
function drawn({ x, tx, T, n }: Patterns, size: number): Patterns {
  const step = n.reduce((sum, count) => sum + count, 0) / size
  const [rows, weights]: [number[], number[]] = [[], []]
  let [passed, stretch, due] = [0, 0, 0]
  for (let i = 0; i < n.length; i += 1) {
    passed += (n[i] as number) / step
    const before = stretch
    for (; due < passed && stretch < size; due = stretch + ((stretch * goldenSection) % 1)) stretch += 1
    if (stretch === before) continue
    rows.push(i)
    weights.push((stretch - before) * step)
  }
  const part = (column: Float64Array) => Float64Array.from(rows, (i) => column[i] as number)
  return { x: part(x), tx: part(tx), T: part(T), n: Float64Array.from(weights) }
}

/**
 * Patterns for a model to which the day of the last purchase says nothing: t_x 0, and those that follow one another with
 * the same x and T are one. Of sorted patterns many fewer are left.
 */
export const withoutLast = once(({ x, T, n }: Patterns): Patterns => {
  const [sizes, ends, counts] = [
    new Float64Array(x.length),
    new Float64Array(x.length),
    new Float64Array(x.length),
  ]
  let last = -1
  for (let i = 0; i < x.length; i += 1) {
    if (last < 0 || x[i] !== sizes[last] || T[i] !== ends[last]) {
      last += 1
      sizes[last] = x[i] as number
      ends[last] = T[i] as number
    }
    counts[last] = (counts[last] as number) + (n[i] as number)
  }
  const length = last + 1
  return {
    x: sizes.slice(0, length),
    tx: new Float64Array(length),
    T: ends.slice(0, length),
    n: counts.slice(0, length),
  }
})

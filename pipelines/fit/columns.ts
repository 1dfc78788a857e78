import type { Patterns } from './model.ts'

/** A column by its distinct values: what depends on the value alone is computed once for each. */
export interface Distinct {
  values: Float64Array
  /** Position in `values`, row by row. */
  index: Int32Array
}

/** What is made of columns that are not written to again is made once: every model of a base asks for the same. */
function once<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
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

/** Patterns enough to tell good starting points from bad ones. */
const enough = 1500

/** Every so many-th pattern of a large set; null when there are few. Sorted patterns make it a stratified sample. */
export const thinned = once(({ x, tx, T, n }: Patterns): Patterns | null => {
  const every = Math.ceil(x.length / enough)
  if (every < 2) return null
  const part = (column: Float64Array) => column.filter((_, i) => i % every === 0)
  return { x: part(x), tx: part(tx), T: part(T), n: part(n) }
})

/** Patterns for a model to which the day of the last purchase says nothing: many fewer, t_x 0. */
export const withoutLast = once(({ x, T, n }: Patterns): Patterns => {
  const [sizes, times] = [distinct(x), distinct(T)]
  const width = times.values.length
  const pairs = distinct(
    Float64Array.from(x, (_, i) => (sizes.index[i] as number) * width + (times.index[i] as number)),
  )
  return {
    x: pairs.values.map((pair) => sizes.values[Math.floor(pair / width)] as number),
    tx: new Float64Array(pairs.values.length),
    T: pairs.values.map((pair) => times.values[pair % width] as number),
    n: weightsOf(pairs, n),
  }
})

/**
 * What a classifier learns from: patterns of binned features with counts. `digits[f][i]` is the bin of feature f in pattern i:
 * 0 where the value is not known, else 1 and up, ascending.
 */
export interface Examples {
  digits: readonly Uint8Array[]
  /** Customers with the pattern. */
  n: Float64Array
  /** Those of them with the outcome that is learnt. */
  hits: Float64Array
}

/** The bins of one pattern. */
export type Pattern = Uint8Array

/** A fitted classifier that can say of each feature what it adds to the logit: the sum of all, with `base`, is the logit. */
export interface Learnt {
  readonly name: string
  base: number
  contributions(pattern: Pattern): Float64Array
}

export interface Learner<Model> {
  readonly name: string
  fit(examples: Examples): Model
  open(model: Model): Learnt
}

/** Bins of each feature: one more than the greatest digit. */
export const binsOf = ({ digits }: Pick<Examples, 'digits'>): number[] =>
  digits.map((column) => column.reduce((most, digit) => Math.max(most, digit), 0) + 1)

/** Patterns written as one decimal digit a feature, column by column. */
export function digitsOf(patterns: readonly string[]): Uint8Array[] {
  return Array.from({ length: patterns[0]?.length ?? 0 }, (_, f) => {
    const column = new Uint8Array(patterns.length)
    for (let i = 0; i < patterns.length; i += 1) column[i] = (patterns[i] as string).charCodeAt(f) - 48
    return column
  })
}

export function logitsOf(learnt: Learnt, { digits, n }: Examples): Float64Array {
  const pattern = new Uint8Array(digits.length)
  return n.map((_, i) => {
    for (let f = 0; f < digits.length; f += 1) pattern[f] = (digits[f] as Uint8Array)[i] as number
    return learnt.contributions(pattern).reduce((sum, part) => sum + part, learnt.base)
  })
}

export const chanceOf = (logit: number): number => 1 / (1 + Math.exp(-logit))

export function sum(column: Float64Array): number {
  let total = 0
  for (const value of column) total += value
  return total
}

/** The share with the outcome as a logit, kept off the ends by half an example. */
export function baseLogit({ n, hits }: Examples): number {
  const [all, hit] = [sum(n), sum(hits)]
  return Math.log((hit + 0.5) / (all - hit + 0.5))
}

/** Mean of −ln of the chance that was given to what happened. */
export function logLoss(chances: Float64Array, { n, hits }: Examples): number {
  let loss = 0
  for (let i = 0; i < n.length; i += 1) {
    const chance = Math.min(1 - 1e-12, Math.max(1e-12, chances[i] as number))
    const hit = hits[i] as number
    loss -= hit * Math.log(chance) + ((n[i] as number) - hit) * Math.log(1 - chance)
  }
  return loss / Math.max(1, sum(n))
}

/** The chance that one with the outcome was scored above one without; a tie counts half. Null where either is missing. */
export function areaUnderCurve(scores: Float64Array, { n, hits }: Examples): number | null {
  const order = Array.from(scores.keys()).sort((a, b) => (scores[a] as number) - (scores[b] as number))
  let [pairs, below] = [0, 0]
  for (let from = 0, to = 0; from < order.length; from = to) {
    let [hit, miss] = [0, 0]
    while (to < order.length && scores[order[to] as number] === scores[order[from] as number]) {
      const at = order[to] as number
      hit += hits[at] as number
      miss += (n[at] as number) - (hits[at] as number)
      to += 1
    }
    pairs += hit * (below + miss / 2)
    below += miss
  }
  const all = (sum(n) - below) * below
  return all > 0 ? pairs / all : null
}

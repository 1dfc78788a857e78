/**
 * Distinct baskets with how many times each came, column by column: basket b holds items[starts[b]] … items[starts[b + 1] − 1].
 * An item stands once in a basket; items are whole numbers from 0.
 */
export interface Baskets {
  items: Int32Array
  starts: Int32Array
  counts: Float64Array
}

/** Items that were bought together, ascending, and in how many baskets. */
export interface Itemset {
  items: number[]
  count: number
}

/** antecedent → consequent, with the counts that every measure is made of. */
export interface Rule {
  antecedent: number[]
  consequent: number
  /** Baskets with both, with the antecedent, with the consequent. */
  both: number
  antecedentCount: number
  consequentCount: number
}

export interface Wanted {
  /** An itemset stands in at least so many baskets. */
  minCount: number
  /** Items in an itemset at most. */
  maxItems: number
  /** Stops past so many itemsets. */
  limit?: number
}

/**
 * Every itemset that stands in at least `minCount` baskets, exactly; null when there are more than `limit`.
 * Depth first from the rarest item, each set extended by items more frequent than its own: of all baskets with the set, the
 * extensions are counted in one walk (occurrence deliver of LCM, Uno et al. 2004), so no candidate is ever tried in vain.
 */
export function frequentItemsets(baskets: Baskets, wanted: Wanted): Itemset[] | null {
  const { ranked, original } = byFrequency(baskets, wanted.minCount)
  const found: Itemset[] = []
  const limit = wanted.limit ?? Number.POSITIVE_INFINITY
  // One counter a depth: a set is counted out before its extensions use the next.
  const counters = Array.from({ length: wanted.maxItems + 1 }, () => new Float64Array(original.length))
  const extend = (items: readonly number[], within: ArrayLike<number>, below: number): boolean => {
    const sums = counters[items.length] as Float64Array
    sums.fill(0, 0, below)
    countInto(sums, ranked, within, below)
    const holders = deliver(sums, wanted.minCount, ranked, within, below)
    for (let item = below - 1; item >= 0; item -= 1) {
      const count = sums[item] as number
      if (count < wanted.minCount) continue
      const longer = [...items, item]
      found.push({ items: longer.map((at) => original[at] as number).sort((a, b) => a - b), count })
      if (found.length > limit) return false
      if (longer.length === wanted.maxItems || item === 0) continue
      if (!extend(longer, holders[item] as number[], item)) return false
    }
    return true
  }
  const all = Int32Array.from(ranked.counts.keys())
  return wanted.maxItems < 1 || extend([], all, original.length) ? found : null
}

/** Drops rare items and numbers the others by falling frequency, ascending within each basket. */
function byFrequency({ items, starts, counts }: Baskets, minCount: number) {
  const totals = new Map<number, number>()
  eachBasket(starts, (basket, from, to) => {
    for (let at = from; at < to; at += 1) {
      const item = items[at] as number
      totals.set(item, (totals.get(item) ?? 0) + (counts[basket] as number))
    }
  })
  const original = [...totals.entries()]
    .filter(([, total]) => total >= minCount)
    .sort(([a, m], [b, n]) => n - m || a - b)
    .map(([item]) => item)
  const ranks = new Map(original.map((item, rank) => [item, rank]))
  const kept: number[] = []
  const ends = [0]
  eachBasket(starts, (_, from, to) => {
    const basket: number[] = []
    for (let at = from; at < to; at += 1) {
      const rank = ranks.get(items[at] as number)
      if (rank !== undefined) basket.push(rank)
    }
    for (const rank of basket.sort((a, b) => a - b)) kept.push(rank)
    ends.push(kept.length)
  })
  return { original, ranked: { items: Int32Array.from(kept), starts: Int32Array.from(ends), counts } }
}

function eachBasket(starts: Int32Array, work: (basket: number, from: number, to: number) => void): void {
  for (let basket = 0; basket + 1 < starts.length; basket += 1) {
    work(basket, starts[basket] as number, starts[basket + 1] as number)
  }
}

function countInto(
  sums: Float64Array,
  { items, starts, counts }: Baskets,
  within: ArrayLike<number>,
  below: number,
): void {
  for (let i = 0; i < within.length; i += 1) {
    const basket = within[i] as number
    const count = counts[basket] as number
    const end = starts[basket + 1] as number
    for (let at = starts[basket] as number; at < end; at += 1) {
      const item = items[at] as number
      if (item >= below) break
      sums[item] = (sums[item] as number) + count
    }
  }
}

/** The baskets that hold each frequent item, all in one walk. */
function deliver(
  sums: Float64Array,
  minCount: number,
  { items, starts }: Baskets,
  within: ArrayLike<number>,
  below: number,
): (number[] | undefined)[] {
  const holders: (number[] | undefined)[] = []
  for (let item = 0; item < below; item += 1) holders.push((sums[item] as number) < minCount ? undefined : [])
  for (let i = 0; i < within.length; i += 1) {
    const basket = within[i] as number
    const end = starts[basket + 1] as number
    for (let at = starts[basket] as number; at < end; at += 1) {
      const item = items[at] as number
      if (item >= below) break
      holders[item]?.push(basket)
    }
  }
  return holders
}

/**
 * Rules with one consequent, from all frequent itemsets: confidence = both / antecedent (Agrawal, Srikant 1994). A rule
 * without an antecedent says how frequent an item is; it is given when `total` (baskets in all) is.
 */
export function associationRules(
  itemsets: readonly Itemset[],
  minConfidence: number,
  total?: number,
): Rule[] {
  const counts = new Map(itemsets.map(({ items, count }) => [items.join(), count]))
  if (total !== undefined) counts.set('', total)
  const rules: Rule[] = []
  for (const { items, count } of itemsets) {
    for (const consequent of items) {
      const antecedent = items.filter((item) => item !== consequent)
      const antecedentCount = counts.get(antecedent.join())
      if (antecedentCount === undefined || count < minConfidence * antecedentCount) continue
      const consequentCount = counts.get(String(consequent)) as number
      rules.push({ antecedent, consequent, both: count, antecedentCount, consequentCount })
    }
  }
  return rules
}

/** The least count that is a share of a total; a share that is a whole count up to rounding is that count. */
export const countOf = (share: number, total: number): number =>
  Math.max(1, Math.ceil(share * total * (1 - 1e-12)))

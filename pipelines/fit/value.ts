import type { Params, PurchaseModel } from './model.ts'

export interface Horizon {
  months: number
  /** Length of a month in the unit of time of the patterns: 365.25 / 12 for days. */
  unitsPerMonth: number
  /** (1 + yearly rate)^(1/12) − 1 for a yearly discount rate. */
  ratePerMonth: number
}

/**
 * Purchases expected in the coming months, plain and discounted: Σ_i (E(i) − E(i−1)) / (1 + d)^i, each month's
 * purchases discounted to T from the end of that month. Times spend per purchase it is the (N-month) lifetime value.
 */
export function discountedExpected(
  model: PurchaseModel,
  params: Params,
  x: number,
  tx: number,
  T: number,
  horizon: Horizon,
): { transactions: number; discounted: number } {
  return discountedAhead(model.ahead(params, x, tx, T), horizon)
}

/** The same of any expectation E(t). */
export function discountedAhead(
  ahead: (t: number) => number,
  { months, unitsPerMonth, ratePerMonth }: Horizon,
): { transactions: number; discounted: number } {
  let [transactions, discounted, factor] = [0, 0, 1]
  for (let month = 1; month <= months; month += 1) {
    const expected = ahead(month * unitsPerMonth)
    factor /= 1 + ratePerMonth
    discounted += (expected - transactions) * factor
    transactions = expected
  }
  return { transactions, discounted }
}

/**
 * Purchases expected in each of the coming months, pattern by pattern; what is given is filled anew at each call. What
 * depends on x and T alone is kept until they change: patterns that are sorted by them cost little each.
 */
export function monthlyAhead(model: PurchaseModel, params: Params, { months, unitsPerMonth }: Horizon) {
  let [lastX, lastT, stages] = [Number.NaN, Number.NaN, [] as Float64Array[]]
  const expected = new Float64Array(months)
  return (x: number, tx: number, T: number): Float64Array => {
    if (x !== lastX || T !== lastT) {
      stages = model.staying(params, x, T).map((stage) => {
        const within = new Float64Array(months)
        for (let month = 0, before = 0; month < months; month += 1) {
          const upTo = stage.mean((month + 1) * unitsPerMonth)
          within[month] = upTo - before
          before = upTo
        }
        return within
      })
      lastX = x
      lastT = T
    }
    const standing = model.standing(params, x, tx, T)
    expected.fill(0)
    for (let j = 0; j < stages.length; j += 1) {
      const stage = stages[j] as Float64Array
      const share = standing.alive * (standing.stages[j] as number)
      for (let month = 0; month < months; month += 1)
        expected[month] = (expected[month] as number) + share * (stage[month] as number)
    }
    return expected
  }
}

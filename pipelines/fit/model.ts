/** Parameters by name, as `{ r, alpha, a, b }`. */
export type Params = Readonly<Record<string, number>>

/**
 * The sufficient statistics of a base of customers: the distinct (x, t_x, T) and how many customers share each.
 * Columns of one length; time in any one unit (estimates come out in the same unit).
 */
export interface Patterns {
  /** Repeat purchases up to T: purchase days after the first one. Whole numbers. */
  x: Float64Array
  /** From the first purchase to the last one; 0 when x is 0. */
  tx: Float64Array
  /** From the first purchase to the end of the period observed. */
  T: Float64Array
  /** Customers with this pattern. */
  n: Float64Array
  /**
   * Σ over all customers of Σ ln(gap) over the gaps between their successive purchases, in the same unit.
   * Needed only by the k-Erlang models with k > 1: it makes their likelihoods comparable.
   */
  logGaps?: number
}

/** Why an estimate lies on the edge of what its model can say. `boundaries` has a sentence for each. */
export type Boundary =
  | 'no_customers'
  | 'no_exposure'
  | 'no_repeat'
  | 'no_dropout'
  | 'full_dropout'
  | 'equal_rates'
  | 'equal_dropout'
  | 'infinite_mean'
  | 'equal_spend'

export const boundaries: Readonly<Record<Boundary, string>> = {
  no_customers: 'No customer has what this model needs: nothing was estimated.',
  no_exposure: 'No customer was observed for any time after the first purchase: nothing was estimated.',
  no_repeat: 'No customer bought a second time: the model can only forecast that none will.',
  no_dropout: 'Dropout → 0: the data show no customer leaving, P(alive) carries no signal.',
  full_dropout: 'Dropout → 1: nearly every customer seems to leave at once, forecasts are close to zero.',
  equal_rates:
    'All customers buy at the same rate as far as the data show: history says little about a customer.',
  equal_dropout: 'All customers leave at the same rate as far as the data show.',
  infinite_mean:
    'The spread of spend has no finite mean (q ≤ 1): the mean of an unknown customer is not defined.',
  equal_spend: 'Spend varies between customers no more than within one: a customer’s own spend says little.',
}

/** A maximum-likelihood estimate with its evidence. Every number is finite. */
export interface Fit {
  model: string
  params: Record<string, number>
  logLikelihood: number
  /** By parameter; null where the likelihood is flat or the parameter lies on its edge. */
  standardErrors: Record<string, number | null>
  /** Covariance of the logarithms of the parameters, in the order of `params`, row by row; null as above. */
  covariance: number[] | null
  /** True when the gradient vanished (or points out of bounds) at the best point found. */
  converged: boolean
  boundary: Boundary | null
  /** Starting points tried, and how many of them reached the same likelihood (within 0.01). */
  starts: number
  agreed: number
  /** Customers the estimate rests on, and those left out because they carry nothing (no repeat, spend ≤ 0). */
  customers: number
  leftOut: number
}

const collapsing = new Set<Boundary>([
  'no_customers',
  'no_exposure',
  'no_repeat',
  'no_dropout',
  'full_dropout',
])

/** The estimate says nothing about who is still a customer. */
export const isCollapsed = ({ boundary }: Pick<Fit, 'boundary'>): boolean =>
  boundary !== null && collapsing.has(boundary)

/** A maximum that says who leaves. */
export const isSound = (fit: Fit): boolean => fit.converged && !isCollapsed(fit)

/** What a forecast says of one customer over the time to come. */
export interface Moments {
  mean: number
  variance: number
}

/** Where a customer stands at T. */
export interface Standing {
  /** Probability of still being a customer. */
  alive: number
  /** For one who is: the chances of the stages of the gap that have passed, they add up to 1. One stage: [1]. */
  stages: ArrayLike<number>
}

/** What comes of a customer who stayed, given the stages passed since the last purchase: purchases in (T, T + t]. */
export interface Staying {
  mean(t: number): number
  /** The mean of their square. */
  second(t: number): number
  /** The chances of exactly n = 0, 1, 2, …: to within 1e-10, and cheap when they are asked for in that order. */
  chances(t: number): (n: number) => number
}

/**
 * A model of when customers buy and when they silently leave.
 * Functions of one pattern are exact, finite, and cheap enough to call for each distinct pattern.
 */
export interface PurchaseModel {
  /** `nbd`, `bg_nbd`, `mbg_nbd`, `pareto_nbd`, `bg_cnbd_2`, … */
  readonly name: string
  readonly parameters: readonly string[]
  /** Throws a RangeError when a pattern is impossible (t_x > T, x not whole, n < 0, not finite). */
  fit(patterns: Patterns): Fit
  /** Of one customer, natural logarithm; without what the gaps add for k > 1, which no parameter touches. */
  logLikelihood(params: Params, x: number, tx: number, T: number): number
  /**
   * A forecast in two parts: what the silence since the last purchase says, and what comes of those who stay, one for
   * each stage. The latter depends on x and T alone: it is worth keeping where many patterns share them.
   */
  standing(params: Params, x: number, tx: number, T: number): Standing
  staying(params: Params, x: number, T: number): readonly Staying[]
  /** Probability of still being a customer at T. */
  pAlive(params: Params, x: number, tx: number, T: number): number
  /** Expected purchases in (T, T + t]. */
  expected(params: Params, x: number, tx: number, T: number, t: number): number
  /** The same as a function of t: much cheaper for several times. */
  ahead(params: Params, x: number, tx: number, T: number): (t: number) => number
  /** Mean and variance of purchases in (T, T + t], given the parameters. */
  moments(params: Params, x: number, tx: number, T: number, t: number): Moments
  /** Probability of exactly n purchases in (T, T + t]. */
  chance(params: Params, x: number, tx: number, T: number, t: number, n: number): number
  /** Expected repeat purchases of a new customer in the time t after the first purchase. */
  expectedNew(params: Params, t: number): number
  /** Probability that a new customer makes exactly n repeat purchases in the time t after the first. */
  probability(params: Params, n: number, t: number): number
}

import { cnbd } from './cnbd.ts'
import type { Dropout } from './cnbd-likelihood.ts'
import type { Fit, Patterns, PurchaseModel } from './model.ts'

export interface Timed {
  model: PurchaseModel
  fit: Fit
  /** Every k tried, in the order given. */
  tried: Fit[]
}

/**
 * The regularity k of the gaps by likelihood: k = 1 is chance, larger k is clockwork. The patterns need `logGaps`.
 */
export function chooseErlang(
  dropout: Dropout,
  patterns: Patterns,
  ks: readonly number[] = [1, 2, 3, 4],
): Timed {
  const models = ks.map((k) => cnbd(dropout, k))
  const tried = models.map((model) => model.fit(patterns))
  const best = tried.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a))
  return { model: models[tried.indexOf(best)] as PurchaseModel, fit: best, tried }
}

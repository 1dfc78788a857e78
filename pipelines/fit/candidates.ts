import { bgNbd, cnbd, mbgNbd, nbd } from './cnbd.ts'
import type { Patterns, PurchaseModel } from './model.ts'
import { paretoNbd } from './pareto-nbd.ts'

/** The most stages of a gap that are tried. */
const mostStages = 6

const leaving = [bgNbd, mbgNbd, paretoNbd]
const regular = Array.from({ length: mostStages - 1 }, (_, i) => [
  cnbd('after_repeat', i + 2),
  cnbd('after_every', i + 2),
]).flat()

/** Every model that can be a candidate, by name. NBD knows no leaving: it is the null that the others must beat. */
export const purchaseModels: readonly PurchaseModel[] = [...leaving, ...regular, nbd]

/** Throws a RangeError on a name that is none of theirs. */
export function purchaseModel(name: string): PurchaseModel {
  const model = purchaseModels.find((one) => one.name === name)
  if (!model) {
    const names = purchaseModels.map((one) => one.name).join(', ')
    throw new RangeError(`${name} is not a purchase model: ${names}`)
  }
  return model
}

/**
 * The stages of a gap, 2 or more, that describe the patterns best: more are tried as long as they gain. Where chance
 * times the purchases (k = 1), two stages are the nearest regular rival.
 */
export function stagesOf(patterns: Patterns): number {
  let [best, k] = [Number.NEGATIVE_INFINITY, 2]
  for (; k <= mostStages; k += 1) {
    const { logLikelihood } = cnbd('after_repeat', k).fit(patterns)
    if (!(logLikelihood > best)) break
    best = logLikelihood
  }
  return k - 1
}

/** The models that a night fits to a base and lets the holdout judge, given the stages of a gap. */
export const candidates = (stages: number): readonly PurchaseModel[] => [
  ...leaving,
  purchaseModel(`bg_cnbd_${stages}`),
  purchaseModel(`mbg_cnbd_${stages}`),
  nbd,
]

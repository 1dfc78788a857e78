import { bgNbd, cnbd, mbgNbd, nbd } from './cnbd.ts'
import type { PurchaseModel } from './model.ts'

/** The purchase models that a night fits and lets the holdout judge. NBD knows no leaving: it is the fallback. */
export const candidates: readonly PurchaseModel[] = [
  bgNbd,
  mbgNbd,
  cnbd('after_repeat', 2),
  cnbd('after_every', 2),
  nbd,
]

/** Throws a RangeError on a name that is no candidate's. */
export function candidate(name: string): PurchaseModel {
  const model = candidates.find((one) => one.name === name)
  if (!model)
    throw new RangeError(`${name} is not a purchase model: ${candidates.map((one) => one.name).join(', ')}`)
  return model
}

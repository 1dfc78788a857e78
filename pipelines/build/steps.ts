import { usageError } from '../error.ts'
import { needsOfModel } from './closure.ts'
import type { Fingerprints, Parts } from './fingerprint.ts'
import { objectOf } from './head.ts'
import { isIncremental } from './incremental.ts'
import { inputsOf } from './plan.ts'
import { type Renewal, type Restated, renewalOf } from './renewal.ts'
import type { Code, Model } from './source.ts'
import type { ModelRow, Standing } from './store.ts'

/** What is to happen to one model. */
export interface Step {
  model: Model
  fingerprint: string
  parts: Parts
  /** Models that it reads. */
  inputs: string[]
  /** Every table that it reads, those of load too. */
  tables: ReadonlySet<string>
  macros: ReadonlySet<string>
  /** The row it is reused by; absent when the model is to be made. */
  reused?: ModelRow
  /** For an incremental model that stands: how it becomes what it is to be. */
  renewal?: Renewal
  /** It is restated, or made from what is: made anew under the same fingerprint. */
  restated?: boolean
}

interface Given {
  code: Code
  prints: Fingerprints
  standing: Standing
  full: boolean
  restate: Restated | undefined
}

/** A step for each model; `models` has every one after those it reads. */
export function stepsOf(models: readonly Model[], given: Given): Step[] {
  const doubted = new Set<string>()
  const steps = models.map((model) => {
    const step = stepOf(model, given, doubted)
    if (step.restated) doubted.add(model.name)
    return step
  })
  if (given.restate && doubted.size === 0) {
    throw usageError({
      what: '--restate: none of these models is incremental',
      how: 'Name one that has kind: incremental.',
    })
  }
  return steps
}

function stepOf(
  model: Model,
  { code, prints, standing, full, restate }: Given,
  restatedBefore: ReadonlySet<string>,
): Step {
  const { models, macros } = code
  const parts = prints.parts.get(model.name) as Parts
  const fingerprint = prints.models.get(model.name) as string
  const inputs = inputsOf(model, models, macros)
  const needs = needsOfModel(model, macros)
  const step = { model, fingerprint, parts, inputs, tables: needs.tables, macros: needs.macros }
  const doubted = new Set(inputs.filter((name) => restatedBefore.has(name)))
  const restated = doubted.size > 0 || (restate !== undefined && isIncremental(model))
  const marked = restated ? { ...step, restated } : step
  const row = standing.models.get(model.name)
  const stands = row && standing.objects.get(model.name) === objectOf(model.head.kind)
  if (!stands || full) return marked
  if (row.fingerprint === fingerprint && !restated) return { ...step, reused: row }
  if (!isIncremental(model) || row.kind !== 'incremental') return marked
  return { ...marked, renewal: renewalOf(model, parts, row, { macros, restate, doubted }) }
}

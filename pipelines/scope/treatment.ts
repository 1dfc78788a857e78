import { needsOfModel } from '../build/closure.ts'
import { orderOf } from '../build/plan.ts'
import type { Code, Model, SqlModel } from '../build/source.ts'
import { shared } from './shared.ts'

/**
 * How a model comes into a scoped warehouse.
 * - `customers`, `records`, `orders`: the published rows whose customer is in scope, told by its id, by the record that a
 *   delivered row names, or by the order that a line belongs to. Nothing is scored or ranked again on a part.
 * - `rebuilt`: made by its own SELECT from what is in scope.
 * - `shared`: see `shared.ts`.
 * - `kept`: as published. It is of no customer, or it is the whole firm's: a fit, a threshold, who is who.
 */
export type Treatment = 'customers' | 'records' | 'orders' | 'rebuilt' | 'shared' | 'kept'

export interface Treatments {
  of: ReadonlyMap<string, Treatment>
  /** What is made by its own SELECT, each after those it reads. */
  rebuilt: SqlModel[]
  /** Kept, and made from customers: its figures are the whole firm's. Who is who is no figure. */
  whole: ReadonlySet<string>
}

/** In the head of a model: an estimate or a rule of the whole firm, and what merely orders others (days, items, rates). */
export const tags = { whole: 'whole_firm', reference: 'reference' } as const

/** `columns`: those of every published table. */
export function treatmentsOf(code: Code, columns: ReadonlyMap<string, ReadonlySet<string>>): Treatments {
  const of = new Map<string, Treatment>()
  const fromCustomers = new Set<string>()
  const whole = new Set<string>()
  const rebuilt: SqlModel[] = []
  for (const model of orderOf(code.models, code.macros, [])) {
    const inputs = [...needsOfModel(model, code.macros).tables]
    const changes = inputs.some((name) => (of.get(name) ?? 'kept') !== 'kept')
    const treatment = treatmentOf(model, columns.get(model.name) ?? new Set(), changes)
    of.set(model.name, treatment)
    if (treatment === 'rebuilt') rebuilt.push(model as SqlModel)
    if (treatment !== 'kept' || inputs.some((name) => fromCustomers.has(name))) fromCustomers.add(model.name)
    const isTold = !model.head.tags.includes(tags.reference) && !model.name.startsWith('identity.')
    if (treatment === 'kept' && fromCustomers.has(model.name) && isTold) whole.add(model.name)
  }
  return { of, rebuilt, whole }
}

function treatmentOf(model: Model, columns: ReadonlySet<string>, changes: boolean): Treatment {
  const [schema] = model.name.split('.')
  if (model.name in shared) return 'shared'
  if (Object.values(tags).some((tag) => model.head.tags.includes(tag))) return 'kept'
  if (columns.has('customer_id')) return 'customers'
  if (schema === 'staging') return deliveredTreatment(columns)
  // Fits are not made again on a part, and who is who is found out among all.
  return changes && model.language === 'sql' && schema !== 'identity' ? 'rebuilt' : 'kept'
}

function deliveredTreatment(columns: ReadonlySet<string>): Treatment {
  if (columns.has('person_id') || columns.has('organisation_id')) return 'records'
  return columns.has('order_id') ? 'orders' : 'kept'
}

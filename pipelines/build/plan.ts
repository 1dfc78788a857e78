import { type Fault, placeAt } from '../error.ts'
import { needsOfModel } from './closure.ts'
import { type Macro, type Model, selectsOf } from './source.ts'

/** The models that each model reads, through its macros, sorted. */
export function inputsOf(
  model: Model,
  models: ReadonlyMap<string, Model>,
  macros: ReadonlyMap<string, Macro>,
): string[] {
  const { tables } = needsOfModel(model, macros)
  return [...tables].filter((name) => models.has(name)).sort()
}

/**
 * Models in an order in which every one comes after those it reads; among the free ones by name, so that two runs
 * go the same way. Every cycle is a fault that prints its path; the models on it are left out.
 */
export function orderOf(
  models: ReadonlyMap<string, Model>,
  macros: ReadonlyMap<string, Macro>,
  faults: Fault[],
): Model[] {
  const order: Model[] = []
  const state = new Map<string, 'open' | 'done'>()
  const path: string[] = []
  const visit = (name: string) => {
    if (state.get(name) === 'done') return
    if (state.get(name) === 'open') {
      faults.push(cycleFault([...path.slice(path.indexOf(name)), name], models))
      return
    }
    state.set(name, 'open')
    path.push(name)
    const model = models.get(name) as Model
    for (const input of inputsOf(model, models, macros)) visit(input)
    path.pop()
    state.set(name, 'done')
    order.push(model)
  }
  for (const name of [...models.keys()].sort()) visit(name)
  return order
}

function cycleFault(path: string[], models: ReadonlyMap<string, Model>): Fault {
  const [first, second] = path as [string, string]
  const model = models.get(first) as Model
  const sites = selectsOf(model).map(({ references, shift }) => ({
    at: references.tables.find(({ name }) => name === second)?.at,
    shift,
  }))
  const site = sites.find(({ at, shift }) => at !== undefined && shift !== undefined)
  const { shown, text } = model.file
  return {
    what:
      first === second ? `${first} reads itself` : `models read each other in a circle: ${path.join(' -> ')}`,
    where: site ? placeAt(shown, text, (site.at as number) + (site.shift as number)) : { file: shown },
    how: first === second ? 'Read what it is made from.' : 'Take one of these references away.',
  }
}

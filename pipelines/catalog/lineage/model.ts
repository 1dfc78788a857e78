import { type Model, selectsOf, type TsModel } from '../../build/source.ts'
import { derived, type Flow, nothing, type Relation, sameName, together } from './flow.ts'
import { relationOf } from './query.ts'
import { type Binding, openScope } from './scope.ts'
import type { Tree } from './trees.ts'

/** What each column of a table is made of, and what decides which rows it has. */
export interface TableLineage {
  columns: Map<string, Flow>
  rows: Flow
}

/** The lineage of one model; `trees` are those of its SELECTs. The tables it reads must be known to `binding`. */
export function modelLineage(model: Model, trees: readonly Tree[], binding: Binding): TableLineage {
  const relations = trees.map((tree) => relationOf(tree, openScope(binding)))
  if (model.language === 'ts') return computed(model, relations, binding)
  const relation = relations[0] as Relation
  return { columns: columnsOf(relation, Object.keys(model.head.columns)), rows: relation.rows }
}

/**
 * By name, in the order of the SELECT. What reading cannot name is told by the head, whose names the build has checked:
 * those left over are made of anything that has no name.
 */
function columnsOf({ columns, open }: Relation, declared: readonly string[]): Map<string, Flow> {
  const named = columns.filter(({ name }) => name !== undefined)
  const unnamed = columns.filter(({ name }) => name === undefined)
  const left = declared.filter((name) => !named.some((column) => sameName(column.name, name)))
  const rest = together([...unnamed.map(({ flow }) => flow), open ?? nothing])
  const flows = new Map(named.map(({ name, flow }) => [name as string, flow]))
  if (declared.length > 0)
    for (const name of left) flows.set(name, unnamed.length === 1 && !open ? rest : derived(rest))
  else for (const column of unnamed) flows.set(`#${columns.indexOf(column) + 1}`, column.flow)
  return flows
}

/** What a program makes of its inputs is not to be read from its text: every column may be made of everything it reads. */
function computed(model: TsModel, relations: readonly Relation[], binding: Binding): TableLineage {
  const values = relations.flatMap(({ columns, open = nothing }) => [
    ...columns.map(({ flow }) => flow),
    open,
  ])
  const parameters = parametersOf(model, binding)
  const flow = derived(together([...values, parameters]))
  const rows = derived(together([flow, ...relations.map((relation) => relation.rows)]))
  return { columns: new Map(Object.keys(model.head.columns).map((name) => [name, flow])), rows }
}

/** The program's text names them. */
function parametersOf({ file: { text } }: TsModel, { parameters }: Binding): Flow {
  const read = /\basOf\b/.test(text) ? ['as_of'] : []
  const words = /\bparams\b/.test(text) ? new Set(text.match(/\w+/g)) : new Set<string>()
  const named = [...parameters].filter((name) => words.has(name))
  return new Map([...read, ...named].map((name) => [`param.${name}`, 'derived']))
}

/** The SELECTs of a model, in the order in which `modelLineage` wants their trees. */
export const textsOf = (model: Model): string[] => selectsOf(model).map(({ text }) => text)

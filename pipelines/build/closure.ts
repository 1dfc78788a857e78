import type { TableColumn } from './bounds.ts'
import type { References } from './references.ts'
import { type Macro, type Model, selectsOf } from './source.ts'

/** What a SELECT depends on, through every macro it calls. */
export interface Needs {
  tables: Set<string>
  macros: Set<string>
  params: Set<string>
  texts: Set<string>
  asOf: boolean
  /** What each call of `as_of()` is compared with; nothing for one that is not in a comparison with a column. */
  asOfAgainst: (TableColumn | undefined)[]
  /** Names of columns, of whatever table; `*` stands for all of them. */
  columns: Set<string>
}

const noNeeds = (): Needs => ({
  tables: new Set(),
  macros: new Set(),
  params: new Set(),
  texts: new Set(),
  asOf: false,
  asOfAgainst: [],
  columns: new Set(),
})

/** The needs of several SELECTs together. */
export function needsOf(all: Iterable<References>, macros: ReadonlyMap<string, Macro>): Needs {
  const needs = noNeeds()
  for (const references of all) collect(references, macros, needs)
  return needs
}

/** The needs of a model. */
export const needsOfModel = (model: Model, macros: ReadonlyMap<string, Macro>): Needs =>
  needsFound(model, macros, () => selectsOf(model).map(({ references }) => references))

/** The needs of something that was read. They are asked for again and again while builds are planned, and found once. */
export function needsFound(
  read: object,
  macros: ReadonlyMap<string, Macro>,
  references: () => Iterable<References>,
): Needs {
  const before = found.get(read)
  if (before?.macros === macros) return before.needs
  const needs = needsOf(references(), macros)
  found.set(read, { macros, needs })
  return needs
}

const found = new WeakMap<object, { macros: ReadonlyMap<string, Macro>; needs: Needs }>()

function collect(
  { tables, calls, columns }: References,
  macros: ReadonlyMap<string, Macro>,
  needs: Needs,
): void {
  for (const name of columns) needs.columns.add(name)
  for (const { name } of tables) needs.tables.add(name)
  for (const { name, literal, against } of calls) {
    if (name === 'as_of') {
      needs.asOf = true
      needs.asOfAgainst.push(against)
    }
    if (name === 'param' && literal !== undefined) needs.params.add(literal)
    if (name === 'text_param' && literal !== undefined) needs.texts.add(literal)
    const macro = macros.get(name)
    if (!macro || needs.macros.has(name)) continue
    needs.macros.add(name)
    collect(macro.references, macros, needs)
  }
}

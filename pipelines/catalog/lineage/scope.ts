import {
  type Column,
  copyOf,
  derived,
  type Flow,
  nothing,
  type Relation,
  sameName,
  together,
} from './flow.ts'
import type { Tree } from './trees.ts'

/** A macro as lineage needs it: the call is replaced by the body. */
export interface MacroBody {
  parameters: string[]
  isTable: boolean
  body: Tree
}

/** What all queries of a project share. */
export interface Binding {
  /** The columns of a table or model, or nothing when it is not known. */
  table(name: string): readonly string[] | undefined
  macros: ReadonlyMap<string, MacroBody>
  /** Names of `param('…')` and `text_param('…')`. */
  parameters: ReadonlySet<string>
  /** Names that nothing in scope has: lineage then names everything in scope, which is too much but never too little. */
  doubts: string[]
}

/** A table, CTE or subquery as FROM names it. */
export interface Source {
  alias: string
  schema?: string
  columns: Column[]
  open?: Flow | undefined
}

/** Where names are looked up: a query, within those around it. */
export interface Scope {
  binding: Binding
  parent: Scope | undefined
  sources: Source[]
  ctes: Map<string, Relation>
  /** Columns that USING leaves out of `*` and of lookups without a table name. */
  hidden: Set<Column>
  /** Columns that USING makes one of. */
  merged: Map<string, Flow>
  /** Arguments of a macro and of a lambda: they come before every column. */
  given: Map<string, Flow>
  /** Aliases of the SELECT list so far: they come after every column. */
  aliases: Map<string, Flow>
  /** What decides the rows of FROM. */
  rows: Flow
}

export const openScope = (binding: Binding, parent?: Scope): Scope => ({
  binding,
  parent,
  sources: [],
  ctes: new Map(),
  hidden: new Set(),
  merged: new Map(),
  given: new Map(),
  aliases: new Map(),
  rows: nothing,
})

function* outward(scope: Scope | undefined): Iterable<Scope> {
  for (let one = scope; one; one = one.parent) yield one
}

export function findCte(scope: Scope, name: string): Relation | undefined {
  for (const { ctes } of outward(scope)) if (ctes.has(name)) return ctes.get(name)
  return undefined
}

/** The columns of a table of the warehouse, as FROM reads them. */
export function tableRelation({ binding }: Scope, name: string): Relation {
  const rows = copyOf(`${name}.*`)
  const columns = binding.table(name)
  if (!columns) return { columns: [], rows, open: rows }
  return { columns: columns.map((column) => ({ name: column, flow: copyOf(`${name}.${column}`) })), rows }
}

export const visible = (scope: Scope): Source[] =>
  scope.sources.map((source) => ({
    ...source,
    columns: source.columns.filter((column) => !scope.hidden.has(column)),
  }))

const everything = ({ columns, open = nothing }: Pick<Source, 'columns' | 'open'>): Flow =>
  together([...columns.map(({ flow }) => flow), open])

/** What a name in an expression stands for. Names that hold nothing anywhere are noted, and stand for all there is. */
export function lookUp(scope: Scope, parts: readonly string[]): Flow {
  for (const one of outward(scope)) {
    const found = parts.length === 1 ? bare(one, parts[0] as string) : qualified(one, parts)
    if (found) return found
  }
  for (const one of outward(scope)) {
    const open = one.sources.flatMap((source) => source.open ?? [])
    if (open.length > 0) return derived(together(open))
  }
  scope.binding.doubts.push(parts.join('.'))
  return derived(together([...outward(scope)].flatMap(({ sources }) => sources.map(everything))))
}

function bare(scope: Scope, name: string): Flow | undefined {
  const key = name.toLowerCase()
  const ahead = scope.given.get(key) ?? scope.merged.get(key)
  if (ahead) return ahead
  for (const { columns } of scope.sources) {
    const column = columns.find((one) => sameName(one.name, name) && !scope.hidden.has(one))
    if (column) return column.flow
  }
  const row = scope.sources.find(({ alias }) => sameName(alias, name))
  return scope.aliases.get(key) ?? (row && derived(everything(row))) ?? rowid(scope, key)
}

/** The engine numbers the rows of a table. */
const rowid = ({ sources, rows }: Scope, key: string): Flow | undefined =>
  key === 'rowid' && sources.length > 0 ? derived(rows) : undefined

/** `table.column`, `schema.table.column`, and either of them or a bare column with fields of a struct after it. */
function qualified(scope: Scope, parts: readonly string[]): Flow | undefined {
  const [first, second, third] = parts as [string, string, string?]
  for (const { alias, schema, columns, open } of scope.sources) {
    const depth = sameName(alias, first) ? 1 : sameName(schema, first) && sameName(alias, second) ? 2 : 0
    const name = depth === 1 ? second : third
    if (depth === 0 || name === undefined) continue
    const flow = columns.find((column) => sameName(column.name, name))?.flow ?? (open && derived(open))
    if (flow) return parts.length > depth + 1 ? derived(flow) : flow
  }
  const struct = bare(scope, first)
  return struct && derived(struct)
}

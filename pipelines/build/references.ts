import { bounded, type From, fromOf, noFrom, type TableColumn } from './bounds.ts'

/** A name in the author's SQL and where it stands, in bytes of UTF-8, as the parser counts. */
export interface NamedAt {
  name: string
  at: number
}

export interface Call extends NamedAt {
  /** The only argument, when it is a text literal. */
  literal?: string
  /** For a call of `as_of()` in a comparison: the column that it is compared with. */
  against?: TableColumn
}

/** What a SELECT refers to. Names are lower case; tables that are CTEs of the query are left out. */
export interface References {
  tables: NamedAt[]
  calls: Call[]
  /** Names of the columns that are read, of whatever table; `*` stands for all of them. */
  columns: string[]
  /** What a SELECT must not hold: `$1`, a sample, `describe`. */
  oddities: { kind: 'parameter' | 'sample' | 'show'; at: number }[]
}

export const noReferences: References = { tables: [], calls: [], columns: [], oddities: [] }

/** Names that read the clock although they look like columns. */
const clockColumns = new Set([
  'current_date',
  'current_time',
  'current_timestamp',
  'localtime',
  'localtimestamp',
])

// biome-ignore lint/suspicious/noExplicitAny: the parser's tree has no published types
type Node = any

/** Collects what a parsed statement refers to. `statement` is one of `json_serialize_sql(…).statements`. */
export function referencesOf(statement: Node): References {
  const found: Found = {
    tables: [],
    calls: [],
    oddities: [],
    columns: new Set(),
    relations: new Set(),
    rows: new Set(),
    against: new Map(),
  }
  walk(statement.node, { names: new Set(), from: noFrom }, found, 0)
  const { tables, calls, columns, oddities } = found
  // A table's name where a column could stand is its whole row.
  const isWhole = columns.has('*') || !found.rows.isDisjointFrom(found.relations)
  return {
    tables: distinct(tables),
    calls: distinct(calls),
    columns: isWhole ? ['*'] : [...columns].sort(),
    oddities,
  }
}

/** What is gathered on the way. */
interface Found extends Omit<References, 'columns'> {
  columns: Set<string>
  /** What tables are called in FROM. */
  relations: Set<string>
  /** The last names of columns: each may be a relation instead. */
  rows: Set<string>
  /** Calls of `as_of()` that stand in a comparison with a column. */
  against: Map<Node, TableColumn>
}

/** What names mean at a place: those of CTEs, and the tables of the SELECT around it. */
interface Scope {
  names: ReadonlySet<string>
  from: From
}

/** The parser writes a named window out wherever it is used. */
function distinct<T extends NamedAt>(all: T[]): T[] {
  return [...new Map(all.map((one) => [`${one.name}@${one.at}`, one])).values()]
}

/**
 * Walks a tree with the CTE names in scope. A CTE sees those before it, and itself only when it is recursive;
 * an inner one of the same name shadows an outer one, and a name with a schema is never a CTE.
 */
function walk(node: Node, scope: Scope, found: Found, near: number): void {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, scope, found, near)
    return
  }
  if (node === null || typeof node !== 'object') return
  const at = located(node) ?? near
  note(node, scope, found, at)
  const inner = {
    names: withNames(node, scope, found, at),
    from: node.type === 'SELECT_NODE' ? fromOf(node) : scope.from,
  }
  for (const [key, child] of Object.entries(node)) {
    if (key !== 'cte_map' && child !== null && typeof child === 'object') walk(child, inner, found, at)
  }
}

function withNames(node: Node, { names, from }: Scope, found: Found, at: number): ReadonlySet<string> {
  const ctes = node.cte_map?.map ?? []
  const recursive = node.type === 'RECURSIVE_CTE_NODE'
  if (ctes.length === 0 && !recursive) return names
  const inner = new Set(names)
  for (const { key, value } of ctes) {
    walk(value.query.node, { names: inner, from }, found, at)
    inner.add(key.toLowerCase())
  }
  if (recursive) inner.add(node.cte_name.toLowerCase())
  return inner
}

function note(node: Node, { names, from }: Scope, found: Found, at: number): void {
  noteColumns(node, found)
  for (const [call, column] of bounded(node, from)) found.against.set(call, column)
  if (node.sample) found.oddities.push({ kind: 'sample', at })
  if (node.type === 'BASE_TABLE') noteTable(node, names, found, at)
  else if (node.type === 'SHOW_REF') found.oddities.push({ kind: 'show', at })
  else if (node.class === 'PARAMETER') found.oddities.push({ kind: 'parameter', at })
  else if (node.class === 'FUNCTION' || node.class === 'WINDOW') noteCall(node, found, at)
  else if (node.class === 'COLUMN_REF' && node.column_names.length === 1) {
    const name = node.column_names[0].toLowerCase()
    if (clockColumns.has(name)) found.calls.push({ name, at })
  }
}

/** What reads columns without naming them reads all of them. */
const wholeRows = new Set(['STAR', 'POSITIONAL_REFERENCE', 'PIVOT'])

function noteColumns(node: Node, { columns, rows }: Found): void {
  if (wholeRows.has(node.type) || node.ref_type === 'NATURAL') columns.add('*')
  for (const name of node.using_columns ?? []) columns.add(name.toLowerCase())
  if (node.class !== 'COLUMN_REF') return
  for (const name of node.column_names) columns.add(name.toLowerCase())
  rows.add(node.column_names.at(-1).toLowerCase())
}

function noteTable(node: Node, scope: ReadonlySet<string>, found: Found, at: number): void {
  const table = node.table_name.toLowerCase()
  // New names for its columns hide which are read.
  if (node.column_name_alias.length > 0) found.columns.add('*')
  found.relations.add((node.alias || table).toLowerCase())
  const schema = node.schema_name.toLowerCase()
  const isCte = scope.has(table) && (schema === '' || schema === 'recurring')
  if (isCte) return
  const parts = [node.catalog_name.toLowerCase(), schema, table].filter(Boolean)
  found.tables.push({ name: parts.join('.'), at })
}

function noteCall(node: Node, found: Found, at: number): void {
  if (node.is_operator) return
  const [argument, ...others] = node.children ?? []
  const isText = argument?.class === 'CONSTANT' && typeof argument.value?.value === 'string'
  const literal = isText && others.length === 0 ? argument.value.value : undefined
  const against = found.against.get(node)
  found.calls.push({
    name: node.function_name.toLowerCase(),
    at,
    ...(literal === undefined ? {} : { literal }),
    ...(against ? { against } : {}),
  })
}

/** The parser's mark for "nowhere" is the largest 64-bit number. */
function located(node: Node): number | undefined {
  return Number.isSafeInteger(node.query_location) ? node.query_location : undefined
}

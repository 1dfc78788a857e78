/** A name in the author's SQL and where it stands, in bytes of UTF-8, as the parser counts. */
export interface NamedAt {
  name: string
  at: number
}

export interface Call extends NamedAt {
  /** The only argument, when it is a text literal. */
  literal?: string
}

/** What a SELECT refers to. Names are lower case; tables that are CTEs of the query are left out. */
export interface References {
  tables: NamedAt[]
  calls: Call[]
  /** What a SELECT must not hold: `$1`, a sample, `describe`. */
  oddities: { kind: 'parameter' | 'sample' | 'show'; at: number }[]
}

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
  const found: References = { tables: [], calls: [], oddities: [] }
  walk(statement.node, new Set(), found, 0)
  return { tables: distinct(found.tables), calls: distinct(found.calls), oddities: found.oddities }
}

/** The parser writes a named window out wherever it is used. */
function distinct<T extends NamedAt>(all: T[]): T[] {
  return [...new Map(all.map((one) => [`${one.name}@${one.at}`, one])).values()]
}

/**
 * Walks a tree with the CTE names in scope. A CTE sees those before it, and itself only when it is recursive;
 * an inner one of the same name shadows an outer one, and a name with a schema is never a CTE.
 */
function walk(node: Node, scope: ReadonlySet<string>, found: References, near: number): void {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, scope, found, near)
    return
  }
  if (node === null || typeof node !== 'object') return
  const at = located(node) ?? near
  note(node, scope, found, at)
  const inner = withNames(node, scope, found, at)
  for (const [key, child] of Object.entries(node)) {
    if (key !== 'cte_map' && child !== null && typeof child === 'object') walk(child, inner, found, at)
  }
}

function withNames(
  node: Node,
  scope: ReadonlySet<string>,
  found: References,
  at: number,
): ReadonlySet<string> {
  const ctes = node.cte_map?.map ?? []
  const recursive = node.type === 'RECURSIVE_CTE_NODE'
  if (ctes.length === 0 && !recursive) return scope
  const inner = new Set(scope)
  for (const { key, value } of ctes) {
    walk(value.query.node, inner, found, at)
    inner.add(key.toLowerCase())
  }
  if (recursive) inner.add(node.cte_name.toLowerCase())
  return inner
}

function note(node: Node, scope: ReadonlySet<string>, found: References, at: number): void {
  if (node.sample) found.oddities.push({ kind: 'sample', at })
  if (node.type === 'BASE_TABLE') noteTable(node, scope, found, at)
  else if (node.type === 'SHOW_REF') found.oddities.push({ kind: 'show', at })
  else if (node.class === 'PARAMETER') found.oddities.push({ kind: 'parameter', at })
  else if (node.class === 'FUNCTION' || node.class === 'WINDOW') noteCall(node, found, at)
  else if (node.class === 'COLUMN_REF' && node.column_names.length === 1) {
    const name = node.column_names[0].toLowerCase()
    if (clockColumns.has(name)) found.calls.push({ name, at })
  }
}

function noteTable(node: Node, scope: ReadonlySet<string>, found: References, at: number): void {
  const table = node.table_name.toLowerCase()
  const schema = node.schema_name.toLowerCase()
  const isCte = scope.has(table) && (schema === '' || schema === 'recurring')
  if (isCte) return
  const parts = [node.catalog_name.toLowerCase(), schema, table].filter(Boolean)
  found.tables.push({ name: parts.join('.'), at })
}

function noteCall(node: Node, found: References, at: number): void {
  if (node.is_operator) return
  const [argument, ...others] = node.children ?? []
  const isText = argument?.class === 'CONSTANT' && typeof argument.value?.value === 'string'
  const literal = isText && others.length === 0 ? argument.value.value : undefined
  found.calls.push({
    name: node.function_name.toLowerCase(),
    at,
    ...(literal === undefined ? {} : { literal }),
  })
}

/** The parser's mark for "nowhere" is the largest 64-bit number. */
function located(node: Node): number | undefined {
  return Number.isSafeInteger(node.query_location) ? node.query_location : undefined
}

/** How a value reaches a column: as it is, or worked into something else. */
export type Via = 'copied' | 'derived'

/**
 * What a value is made of: columns by `schema.table.column`; `schema.table.*` stands for the rows of a table (a count
 * depends on them though it names no column); `param.name` for a parameter.
 */
export type Flow = ReadonlyMap<string, Via>

export const nothing: Flow = new Map()

export const copyOf = (key: string): Flow => new Map([[key, 'copied']])

/** All of them; what is copied by one and worked on by another is derived. */
export function together(flows: Iterable<Flow>): Flow {
  const [first = nothing, ...rest] = [...flows].filter(({ size }) => size > 0)
  if (rest.length === 0) return first
  const all = new Map(first)
  for (const flow of rest)
    for (const [key, via] of flow) all.set(key, all.get(key) === 'derived' ? 'derived' : via)
  return all
}

export function derived(flow: Flow): Flow {
  return flow.size === 0 ? flow : new Map([...flow.keys()].map((key) => [key, 'derived']))
}

const isRows = (key: string): boolean => key.endsWith('.*')

/** The tables whose rows these are. */
export const rowsOnly = (flow: Flow): Flow => new Map([...flow].filter(([key]) => isRows(key)))

/** A column of a query. */
export interface Column {
  /** Unknown for an expression without an alias: only the engine knows what it calls it. */
  name: string | undefined
  flow: Flow
}

/** What a query or a table gives. */
export interface Relation {
  columns: Column[]
  /** What decides which rows there are: filters, joins, keys of groups, and the tables read. */
  rows: Flow
  /** Set where the query has more columns, whose names reading cannot tell: what they may be made of. */
  open?: Flow
}

export const sameName = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && a.toLowerCase() === b?.toLowerCase()

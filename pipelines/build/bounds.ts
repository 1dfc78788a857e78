/** A column of a table that a SELECT reads, lower case. */
export interface TableColumn {
  /** `schema.table` */
  table: string
  column: string
}

/** The tables that a SELECT names in its own FROM, by alias, and the one that a bare column must be of. */
export interface From {
  tables: ReadonlyMap<string, string>
  only?: string
  /** Names that the SELECT's own list gives: a bare one may stand for what the list says. */
  given: ReadonlySet<string>
}

export const noFrom: From = { tables: new Map(), given: new Set() }

// biome-ignore lint/suspicious/noExplicitAny: the parser's tree has no published types
type Node = any

/** What a SELECT's FROM names. A table without a schema is a CTE: its columns are not the table's own. */
export function fromOf(select: Node): From {
  const tables = new Map<string, string>()
  const visit = (node: Node) => {
    if (node?.type === 'JOIN') for (const side of [node.left, node.right]) visit(side)
    if (node?.type !== 'BASE_TABLE' || node.schema_name === '' || node.column_name_alias.length > 0) return
    const name = `${node.schema_name}.${node.table_name}`.toLowerCase()
    tables.set((node.alias || node.table_name).toLowerCase(), name)
  }
  visit(select.from_table)
  const given = new Set<string>(select.select_list.map(({ alias }: Node) => (alias ?? '').toLowerCase()))
  const [only] = tables.values()
  return select.from_table?.type === 'BASE_TABLE' && only ? { tables, given, only } : { tables, given }
}

/**
 * The calls of `as_of()` that a comparison holds against a column of a table: `o.ordered_on <= as_of()`. For rows
 * before both of two as-of dates such a comparison says the same of either.
 */
export function bounded(node: Node, from: From): [call: Node, against: TableColumn][] {
  const pairs =
    node.class === 'COMPARISON'
      ? [
          [node.left, node.right],
          [node.right, node.left],
        ]
      : node.class === 'BETWEEN'
        ? [
            [node.input, node.lower],
            [node.input, node.upper],
          ]
        : []
  return pairs.flatMap(([column, call]): [Node, TableColumn][] => {
    const against = isAsOf(call) ? tableColumn(column, from) : undefined
    return against ? [[call, against]] : []
  })
}

const isAsOf = ({ class: kind, function_name: name }: Node): boolean =>
  kind === 'FUNCTION' && name.toLowerCase() === 'as_of'

/** A column that is surely of a table of this FROM, itself or as a date. */
function tableColumn(node: Node, from: From): TableColumn | undefined {
  const { tables, given, only } = from
  if (node.class === 'CAST' && node.cast_type.id === 'DATE') return tableColumn(node.child, from)
  if (node.class !== 'COLUMN_REF') return undefined
  const names: string[] = node.column_names.map((name: string) => name.toLowerCase())
  const [first, second, third] = names as [string, string?, string?]
  if (second === undefined) return only && !given.has(first) ? { table: only, column: first } : undefined
  const table = third === undefined ? tables.get(first) : undefined
  return table ? { table, column: second } : undefined
}

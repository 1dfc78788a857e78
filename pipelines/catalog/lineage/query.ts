import { flowOf, flowOfAll } from './expression.ts'
import { type Column, derived, type Flow, nothing, type Relation, sameName, together } from './flow.ts'
import { bindFrom } from './from.ts'
import { openScope, type Scope } from './scope.ts'
import { starColumns } from './star.ts'
import type { Tree } from './trees.ts'

/** What a query gives: binds its CTEs, then itself. */
export function relationOf(node: Tree, parent: Scope): Relation {
  const scope = openScope(parent.binding, parent)
  for (const { key, value } of node.cte_map?.map ?? []) {
    const relation = relationOf(value.query.node, scope)
    scope.ctes.set(key.toLowerCase(), withNames(relation, value.aliases ?? []))
  }
  if (node.type === 'SET_OPERATION_NODE') return setOperation(node, scope)
  if (node.type === 'RECURSIVE_CTE_NODE') return recursive(node, scope)
  return select(node, scope)
}

/** Gives the first columns other names: `with x(a, b) as`, `from t as x(a, b)`. */
export const withNames = (relation: Relation, names: readonly string[]): Relation => ({
  ...relation,
  columns: relation.columns.map((column, i) => ({ ...column, name: names[i] ?? column.name })),
})

function select(node: Tree, scope: Scope): Relation {
  bindFrom(node.from_table, scope)
  const { columns, opens, keys } = selectList(node.select_list, scope)
  const groups =
    node.aggregate_handling === 'FORCE_AGGREGATES' ? keys : pointed(node.group_expressions, columns, scope)
  const conditions = flowOfAll([node.where_clause, node.having, node.qualify], scope)
  const rows = derived(together([scope.rows, conditions, groups, modifierFlow(node, columns, scope)]))
  return { columns, rows, ...(opens.length > 0 ? { open: derived(together(opens)) } : {}) }
}

interface SelectList {
  columns: Column[]
  opens: Flow[]
  /** What GROUP BY ALL groups by: everything that is not a call, which may be more than the engine takes. */
  keys: Flow
}

function selectList(list: Tree[], scope: Scope): SelectList {
  const columns: Column[] = []
  const opens: Flow[] = []
  const keys: Flow[] = []
  for (const item of list) {
    const isStar = item.class === 'STAR'
    const star = isStar ? starColumns(item, scope) : undefined
    const flow = star ? nothing : flowOf(item, scope)
    if (star?.open) opens.push(star.open)
    if (!isStar && holdsColumns(item)) opens.push(flow)
    else columns.push(...(star?.columns ?? [{ name: nameOf(item), flow }]))
    if (item.alias) scope.aliases.set(item.alias.toLowerCase(), flow)
    if (item.class !== 'FUNCTION') keys.push(flow, ...(star?.columns.map((column) => column.flow) ?? []))
  }
  return { columns, opens, keys: together(keys) }
}

/** The name of an item of the SELECT list, where it does not take the engine to tell. */
const nameOf = (item: Tree): string | undefined =>
  item.alias || (item.class === 'COLUMN_REF' ? item.column_names.at(-1) : undefined)

/** An expression over COLUMNS(…) gives a column for each of them. */
function holdsColumns(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false
  const { class: kind, columns, subquery } = value as Tree
  return (kind === 'STAR' && columns) || (!subquery && Object.values(value).some(holdsColumns))
}

/** DISTINCT and LIMIT choose rows; ORDER BY does only where there is a LIMIT or DISTINCT ON. */
function modifierFlow(node: Tree, columns: Column[], scope: Scope): Flow {
  const modifiers: Tree[] = node.modifiers ?? []
  const orders = modifiers.flatMap(({ orders = [] }) => orders.map(({ expression }: Tree) => expression))
  const choosing = modifiers.filter(({ type }) => type !== 'ORDER_MODIFIER')
  return together(
    choosing.flatMap(({ type, distinct_on_targets: on = [], limit, offset }) => {
      if (type !== 'DISTINCT_MODIFIER')
        return [flowOfAll([limit, offset], scope), pointed(orders, columns, scope)]
      return on.length > 0
        ? [pointed(on, columns, scope), pointed(orders, columns, scope)]
        : columns.map(({ flow }) => flow)
    }),
  )
}

/** Expressions of GROUP BY and ORDER BY: a number stands for a column of the SELECT list. */
function pointed(expressions: Tree[] | undefined, columns: Column[], scope: Scope): Flow {
  return together(
    (expressions ?? []).map((expression) => {
      const position = expression.class === 'CONSTANT' ? expression.value?.value : expression.index
      const isPointer = expression.class === 'CONSTANT' || expression.class === 'POSITIONAL_REFERENCE'
      if (isPointer) return (typeof position === 'number' && columns[position - 1]?.flow) || nothing
      return flowOf(expression, scope)
    }),
  )
}

function setOperation(node: Tree, scope: Scope): Relation {
  const left = relationOf(node.left, scope)
  const right = relationOf(node.right, scope)
  const kept = /^UNION/.test(node.setop_type)
  const relation = kept
    ? union(left, right, node.setop_type === 'UNION_BY_NAME')
    : {
        ...left,
        rows: together([
          left.rows,
          right.rows,
          ...[...left.columns, ...right.columns].map(({ flow }) => flow),
        ]),
      }
  const chosen = kept && !node.setop_all ? relation.columns.map(({ flow }) => flow) : []
  for (const { name, flow } of relation.columns) if (name) scope.aliases.set(name.toLowerCase(), flow)
  const rows = derived(together([relation.rows, ...chosen, modifierFlow(node, relation.columns, scope)]))
  return { ...relation, rows }
}

/** Rows of both; columns by position, or by name. */
function union(left: Relation, right: Relation, byName: boolean): Relation {
  const partner = (column: Column, i: number) =>
    byName ? right.columns.find(({ name }) => sameName(name, column.name)) : right.columns[i]
  const columns = left.columns.map((column, i) => ({
    ...column,
    flow: together([column.flow, partner(column, i)?.flow ?? nothing]),
  }))
  const more = byName
    ? right.columns.filter(({ name }) => !left.columns.some((column) => sameName(name, column.name)))
    : []
  const opens = [left, right].flatMap(({ open }) => open ?? [])
  return {
    columns: [...columns, ...more],
    rows: together([left.rows, right.rows]),
    ...(opens.length > 0 ? { open: derived(together(opens)) } : {}),
  }
}

/** The step reads what it gives: it is bound again until nothing new flows in. */
function recursive(node: Tree, scope: Scope): Relation {
  const name = node.cte_name.toLowerCase()
  const names: string[] = node.aliases ?? []
  let relation = withNames(relationOf(node.left, scope), names)
  for (let size = -1; size !== sizeOf(relation); ) {
    size = sizeOf(relation)
    scope.ctes.set(name, relation)
    relation = union(relation, relationOf(node.right, scope), false)
  }
  return relation
}

const sizeOf = ({ columns, rows }: Relation): number =>
  columns.reduce((sum, { flow }) => sum + flow.size, rows.size)

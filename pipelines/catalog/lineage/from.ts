import { flowOf, flowOfAll } from './expression.ts'
import { type Column, derived, type Flow, nothing, type Relation, sameName, together } from './flow.ts'
import { callMacro } from './macro.ts'
import { relationOf, withNames } from './query.ts'
import { findCte, openScope, type Scope, type Source, tableRelation } from './scope.ts'
import type { Tree } from './trees.ts'

/** Adds what FROM names to a scope: its sources, and what decides its rows. */
export function bindFrom(node: Tree | null, scope: Scope): void {
  if (!node || node.type === 'EMPTY') return
  if (node.type === 'JOIN') bindJoin(node, scope)
  else addSource(node, relationIn(node, scope), scope)
}

function addSource(node: Tree, relation: Relation, scope: Scope): void {
  const { columns, rows, open } = withNames(relation, node.column_name_alias ?? [])
  const alias = node.alias || node.table_name || node.function?.function_name || ''
  scope.sources.push({
    alias,
    ...(node.schema_name && !node.alias ? { schema: node.schema_name } : {}),
    columns,
    open,
  })
  scope.rows = together([scope.rows, rows])
}

function relationIn(node: Tree, scope: Scope): Relation {
  switch (node.type) {
    case 'BASE_TABLE':
      return readTable(node, scope)
    case 'SUBQUERY':
      return relationOf(node.subquery.node, scope)
    case 'TABLE_FUNCTION':
      return callTable(node, scope)
    case 'EXPRESSION_LIST':
      return listed(node, scope)
    case 'PIVOT':
      return pivoted(node, scope)
    default:
      return { columns: [], rows: nothing, open: derived(flowOfAll(Object.values(node), scope)) }
  }
}

function readTable({ schema_name: schema, table_name: table }: Tree, scope: Scope): Relation {
  const name = table.toLowerCase()
  // `recurring.x` is the whole of a recursive CTE so far, where `x` is its last step.
  const cte = schema === '' || schema === 'recurring' ? findCte(scope, name) : undefined
  return cte ?? tableRelation(scope, schema ? `${schema.toLowerCase()}.${name}` : name)
}

/** A table macro is its body; of a function such as unnest(x) or range(n) every column is made of all arguments. */
function callTable(node: Tree, scope: Scope): Relation {
  const macro = scope.binding.macros.get(node.function.function_name.toLowerCase())
  if (macro?.isTable) return callMacro(macro, node.function, scope, relationOf)
  const flow = derived(flowOfAll(node.function.children, scope))
  const names: string[] =
    node.column_name_alias?.length > 0 ? node.column_name_alias : [node.function.function_name]
  return { columns: names.map((name) => ({ name, flow })), rows: flow, open: flow }
}

/** VALUES: a column is made of what stands in its place in every row. */
function listed({ values }: Tree, scope: Scope): Relation {
  const width = Math.max(...values.map((row: Tree[]) => row.length))
  const columns = Array.from({ length: width }, (_, i) => ({
    name: `col${i}`,
    flow: together(values.map((row: Tree[]) => (row[i] ? flowOf(row[i], scope) : nothing))),
  }))
  return { columns, rows: nothing }
}

function bindJoin(node: Tree, scope: Scope): void {
  bindFrom(node.left, scope)
  const before = scope.sources.length
  bindFrom(node.right, scope)
  const left = scope.sources.slice(0, before)
  const right = scope.sources.slice(before)
  const shared: string[] = node.ref_type === 'NATURAL' ? commonNames(left, right) : (node.using_columns ?? [])
  const keys = shared.flatMap((name) => mergeColumns(node.join_type, name, left, right, scope))
  const condition = node.condition ? flowOf(node.condition, scope) : nothing
  scope.rows = together([scope.rows, derived(together([...keys, condition]))])
  // SEMI and ANTI joins only choose rows of the left side.
  if (node.join_type === 'SEMI' || node.join_type === 'ANTI') scope.sources.splice(before)
}

function commonNames(left: Source[], right: Source[]): string[] {
  const names = (sources: Source[]) =>
    sources.flatMap(({ columns }) => columns.flatMap(({ name }) => name ?? []))
  return names(left).filter((name) => names(right).some((other) => sameName(name, other)))
}

/** Of the two columns that USING compares, the name without a table means the one whose row is there for certain. */
function mergeColumns(type: string, name: string, left: Source[], right: Source[], scope: Scope): Flow[] {
  const key = name.toLowerCase()
  const [mine, other] = [left, right].map((sources) =>
    sources
      .flatMap(({ columns }) => columns)
      .find((column) => sameName(column.name, name) && !scope.hidden.has(column)),
  ) as [Column?, Column?]
  const flows = [scope.merged.get(key) ?? mine?.flow ?? nothing, other?.flow ?? nothing] as const
  if (other) scope.hidden.add(other)
  const merged =
    type === 'RIGHT' ? flows[1] : type === 'FULL' || type === 'OUTER' ? derived(together(flows)) : flows[0]
  scope.merged.set(key, merged)
  return [...flows]
}

/** PIVOT and UNPIVOT. Columns that stay are those that no aggregate and no key uses, or those GROUP BY names. */
function pivoted(node: Tree, parent: Scope): Relation {
  const scope = openScope(parent.binding, parent)
  bindFrom(node.source, scope)
  const all = scope.sources.flatMap(({ columns }) => columns)
  const open = scope.sources.flatMap((source) => source.open ?? [])
  const named = node.unpivot_names?.length > 0 ? unpivoted(node, all) : pivotedColumns(node, all, scope)
  const rows = derived(together([scope.rows, named.keys]))
  return { columns: named.columns, rows, ...(open.length > 0 ? { open: derived(together(open)) } : {}) }
}

interface Pivoted {
  columns: Column[]
  keys: Flow
}

function pivotedColumns(node: Tree, all: Column[], scope: Scope): Pivoted {
  const keys = flowOfAll(
    node.pivots.map(({ pivot_expressions }: Tree) => pivot_expressions),
    scope,
  )
  const values = (node.aggregates as Tree[]).map((call) => ({
    name: call.alias as string,
    flow: derived(together([flowOf(call, scope), keys])),
  }))
  const used = new Set([...keys.keys(), ...values.flatMap(({ flow }) => [...flow.keys()])])
  const groups: string[] = node.groups ?? []
  const staying = all.filter(({ name, flow }) =>
    groups.length > 0
      ? groups.some((group) => sameName(group, name))
      : ![...flow.keys()].some((key) => used.has(key)),
  )
  const heads = combined(node.pivots.map(({ entries }: Tree) => (entries ?? []).map(headOf)))
  const made = heads.flatMap((head) =>
    values.map(({ name, flow }) => ({ name: name || values.length > 1 ? `${head}_${name}` : head, flow })),
  )
  return { columns: [...staying, ...made], keys }
}

const headOf = ({ alias, values }: Tree): string =>
  alias || values.map(({ value }: Tree) => String(value)).join('_')

/** `[[a, b], [c]]` -> `a_c`, `b_c`. */
const combined = (lists: string[][]): string[] =>
  lists.reduce<string[]>(
    (heads, list) => heads.flatMap((head) => list.map((one) => (head ? `${head}_${one}` : one))),
    [''],
  )

function unpivoted(node: Tree, all: Column[]): Pivoted {
  const entries: string[] = node.pivots.flatMap(({ entries = [] }: Tree) =>
    entries.flatMap(({ values }: Tree) => values.map(({ value }: Tree) => value)),
  )
  const folded = all.filter(({ name }) => entries.some((entry) => sameName(entry, name)))
  const flow = derived(together(folded.map((column) => column.flow)))
  const names: string[] = node.pivots.flatMap(({ unpivot_names = [] }: Tree) => unpivot_names)
  return {
    columns: [
      ...all.filter((column) => !folded.includes(column)),
      ...names.map((name) => ({ name, flow: nothing })),
      ...node.unpivot_names.map((name: string) => ({ name, flow })),
    ],
    // Unless it is told otherwise, UNPIVOT leaves out values that are null.
    keys: flow,
  }
}

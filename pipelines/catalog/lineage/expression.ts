import { derived, type Flow, nothing, rowsOnly, together } from './flow.ts'
import { callMacro } from './macro.ts'
import { relationOf } from './query.ts'
import { lookUp, openScope, type Scope } from './scope.ts'
import { starColumns } from './star.ts'
import type { Tree } from './trees.ts'

/** What an expression is made of. */
export function flowOf(node: Tree, scope: Scope): Flow {
  switch (node.class) {
    case 'COLUMN_REF':
      return lookUp(scope, node.column_names)
    case 'FUNCTION':
    case 'WINDOW':
      return callFlow(node, scope)
    case 'SUBQUERY':
      return derived(together([subqueryFlow(node, scope), flowOfAll([node.child], scope)]))
    case 'LAMBDA':
      return lambdaFlow(node, scope)
    case 'STAR':
      return derived(together(starColumns(node, scope).columns.map(({ flow }) => flow)))
    default:
      return derived(flowOfAll(Object.values(node), scope))
  }
}

/** Every expression within a value of the tree, in whatever it is nested. */
export function flowOfAll(values: readonly unknown[], scope: Scope): Flow {
  return together(
    values.map((value) => {
      if (Array.isArray(value)) return flowOfAll(value, scope)
      if (value === null || typeof value !== 'object') return nothing
      return 'class' in value ? flowOf(value as Tree, scope) : flowOfAll(Object.values(value), scope)
    }),
  )
}

/** The runner's own functions read a parameter each. */
function parameterOf({ function_name: name, children }: Tree): string | undefined {
  if (name === 'as_of') return 'param.as_of'
  const literal = children?.[0]?.value?.value
  return (name === 'param' || name === 'text_param') && typeof literal === 'string'
    ? `param.${literal}`
    : undefined
}

function callFlow(node: Tree, scope: Scope): Flow {
  const name = node.function_name.toLowerCase()
  const parameter = parameterOf(node)
  if (parameter) return new Map([[parameter, 'derived']])
  const macro = scope.binding.macros.get(name)
  if (macro && !macro.isTable) return callMacro(macro, node, scope, (body, inner) => flowOf(body, inner))
  const flow = derived(flowOfAll(Object.values(node), scope))
  // A count names no column: it is made of the rows there are.
  const isCount = node.class === 'FUNCTION' && name === 'count_star'
  return isCount || (flow.size === 0 && countsRows(node))
    ? together([flow, derived(rowsOnly(scope.rows))])
    : flow
}

const counting = new Set([
  'count',
  'sum',
  'min',
  'max',
  'avg',
  'any_value',
  'first',
  'last',
  'bool_and',
  'bool_or',
])

const countsRows = (node: Tree): boolean =>
  node.class === 'WINDOW' || counting.has(node.function_name.toLowerCase())

/** EXISTS depends on the rows alone; any other subquery on its columns, too. */
function subqueryFlow({ subquery, subquery_type: type }: Tree, scope: Scope): Flow {
  const { columns, rows, open = nothing } = relationOf(subquery.node, scope)
  return type === 'EXISTS' || type === 'NOT_EXISTS'
    ? rows
    : together([...columns.map(({ flow }) => flow), rows, open])
}

/** The lambda's own names hide columns; what they stand for is the list, which is an argument beside it. */
function lambdaFlow({ lhs, expr }: Tree, scope: Scope): Flow {
  const inner = openScope(scope.binding, scope)
  const names: Tree[] = lhs.class === 'COLUMN_REF' ? [lhs] : (lhs.children ?? [])
  for (const { column_names } of names) inner.given.set(column_names[0].toLowerCase(), nothing)
  return flowOf(expr, inner)
}

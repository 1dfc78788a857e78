import { flowOf } from './expression.ts'
import type { Flow } from './flow.ts'
import { type Column, derived, nothing, sameName, together } from './flow.ts'
import { type Scope, type Source, visible } from './scope.ts'
import type { Tree } from './trees.ts'

/** The columns that `*`, `t.*` or COLUMNS(…) stands for. `open` where names are chosen by an expression. */
export function starColumns(node: Tree, scope: Scope): { columns: Column[]; open?: Flow } {
  const sources = sourcesOf(node.relation_name, scope)
  const all = sources.flatMap(({ columns }) => columns.map((column) => whole(column, scope)))
  const chosen = node.columns ? chosenBy(node.expr, all) : all
  const columns = (chosen ?? all)
    .filter(({ name }) => !isExcluded(node, name))
    .map((column) => changed(column, node, scope))
  const opens = sources.flatMap(({ open }) => open ?? [])
  if (chosen && opens.length === 0) return { columns }
  // Which names an expression picks is known to the engine alone.
  const open = derived(together([...opens, ...(chosen ? [] : all.map(({ flow }) => flow))]))
  return { columns: chosen ? columns : [], open }
}

/** Within a lambda or a macro's argument, `*` means the tables of the query around it. */
function sourcesOf(relation: string, scope: Scope): Source[] {
  for (let one: Scope | undefined = scope; one; one = one.parent) {
    const sources = relation ? one.sources.filter(({ alias }) => sameName(alias, relation)) : visible(one)
    if (sources.length > 0) return sources
  }
  return []
}

const whole = (column: Column, { merged }: Scope): Column => {
  const flow = merged.get(column.name?.toLowerCase() ?? '')
  return flow ? { ...column, flow } : column
}

/** COLUMNS('regular expression'), COLUMNS(['a', 'b']); nothing for what is computed. */
function chosenBy(expression: Tree | null, all: Column[]): Column[] | undefined {
  if (!expression) return all
  const text = expression.value?.value
  if (expression.class === 'CONSTANT' && typeof text === 'string') {
    const pattern = regExp(text)
    return pattern && all.filter(({ name }) => name !== undefined && pattern.test(name))
  }
  const names = (expression.children as Tree[] | undefined)?.map(({ value }) => value?.value)
  const isList = expression.function_name === 'list_value' && names?.every((name) => typeof name === 'string')
  return isList ? all.filter(({ name }) => names?.some((one) => sameName(one, name))) : undefined
}

function regExp(text: string): RegExp | undefined {
  try {
    return new RegExp(text)
  } catch {
    return undefined
  }
}

function isExcluded(node: Tree, name: string | undefined): boolean {
  const qualified = (node.qualified_exclude_list ?? []).map(nameOf)
  return [...(node.exclude_list ?? []), ...qualified].some((one) => sameName(nameOf(one), name))
}

const nameOf = (entry: string | { column: string }): string =>
  typeof entry === 'string' ? entry : entry.column

/** REPLACE gives a column another expression, RENAME another name. */
function changed(column: Column, node: Tree, scope: Scope): Column {
  const replaced = (node.replace_list ?? []).find(({ key }: Tree) => sameName(key, column.name))
  const renamed = (node.rename_list ?? []).find(({ key }: Tree) => sameName(nameOf(key), column.name))
  return {
    name: renamed ? renamed.value : column.name,
    flow: replaced ? flowOf(replaced.value, scope) : (column.flow ?? nothing),
  }
}

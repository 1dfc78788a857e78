import type { Macro } from '../../build/source.ts'
import { blanked, withoutComments } from '../../statements.ts'
import { flowOf } from './expression.ts'
import { nothing } from './flow.ts'
import { type MacroBody, openScope, type Scope } from './scope.ts'
import type { Tree } from './trees.ts'

/** Calls nested deeper than any author means are a macro that calls itself. */
const deepest = 64

/** Binds a macro's body with the call's arguments in place of its parameters. */
export function callMacro<T>(
  { parameters, body }: MacroBody,
  call: Tree,
  scope: Scope,
  bind: (body: Tree, inner: Scope) => T,
): T {
  const inner = openScope(scope.binding, scope)
  if (depthOf(inner) > deepest) throw new RangeError(`${call.function_name}() calls itself without end`)
  for (const name of parameters) inner.given.set(name, nothing)
  ;(call.children as Tree[]).forEach((argument, i) => {
    const named = parameters.includes(argument.alias?.toLowerCase())
      ? argument.alias.toLowerCase()
      : undefined
    const name = named ?? parameters[i]
    if (name !== undefined) inner.given.set(name, flowOf(argument, scope))
  })
  return bind(body, inner)
}

function depthOf(scope: Scope): number {
  let depth = 0
  for (let one: Scope | undefined = scope; one; one = one.parent) depth++
  return depth
}

/** A macro's parameters, and its body as a SELECT to parse. */
export interface MacroText {
  parameters: string[]
  isTable: boolean
  select: string
}

/** Reads `name(a, b := 1) as …`, which is how the build keeps a macro. */
export function macroText({ text }: Pick<Macro, 'text'>): MacroText {
  const plain = blanked(text)
  const open = plain.indexOf('(')
  const close = closing(plain, open)
  const body = withoutComments(text)
    .slice(close + 1)
    .replace(/^\s*as\s+/i, '')
  const isTable = /^table\b/i.test(body)
  return {
    parameters: listed(plain.slice(open + 1, close)).flatMap(
      (one) => /^\s*"?(\w+)/.exec(one)?.[1]?.toLowerCase() ?? [],
    ),
    isTable,
    select: isTable ? body.slice('table'.length) : `select ${body}`,
  }
}

/** Where the bracket that opens at `from` closes. */
function closing(plain: string, from: number): number {
  let depth = 0
  for (let at = from; at < plain.length; at++) {
    if (plain[at] === '(') depth++
    if (plain[at] === ')' && --depth === 0) return at
  }
  return plain.length
}

/** Splits at commas that stand in no inner bracket. */
function listed(plain: string): string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at <= plain.length; at++) {
    if (plain[at] === '(') depth++
    if (plain[at] === ')') depth--
    if (at < plain.length && (plain[at] !== ',' || depth > 0)) continue
    parts.push(plain.slice(from, at))
    from = at + 1
  }
  return parts
}

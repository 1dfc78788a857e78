import Handlebars from 'handlebars'
import { ClienteleError, type Fault, type Place, throwFaults } from '../error.ts'
import { markdownTemplate } from './markdown.ts'

/** A text that people wrote, and where it begins in its file, so that an error can point at it. */
export interface Source {
  file: string
  /** The whole file. */
  text: string
  /** The part that is the template, and the line of the file on which it begins, from 1. */
  body: string
  line: number
}

export type Render = (context: object, data?: Record<string, unknown>) => string
export type Helpers = Record<string, Handlebars.HelperDelegate>

/** What a helper is handed last, beside its arguments. */
export interface HelperOptions extends Handlebars.HelperOptions {
  loc?: { start: { line: number; column: number } }
}

export interface Templates {
  /** Compiles Markdown with tags; throws every unknown helper of the text at once. */
  markdown(source: Source): Render
  /** Compiles text or HTML with tags. */
  plain(source: Source): Render
}

/**
 * Templates that know the given helpers. What a tag prints is escaped for HTML; a name that nothing
 * defines is a fault, never an empty text; faults carry file, line and column.
 */
export function openTemplates(helpers: Helpers): Templates {
  const engine = Handlebars.create()
  const known = new Set([...Object.keys(engine.helpers), ...Object.keys(helpers)])
  for (const [name, helper] of Object.entries(helpers)) engine.registerHelper(name, located(helper))
  return {
    markdown(source) {
      const written = parse(source)
      const made = engine.parse(markdownTemplate(source.body))
      copyPlaces(written, made, source)
      return compile(engine, source, made, known)
    },
    plain: (source) => compile(engine, source, parse(source), known),
  }
}

/** What a helper complains of is told with the place of its tag. */
function located(helper: Handlebars.HelperDelegate): Handlebars.HelperDelegate {
  return function (this: unknown, ...parameters: unknown[]) {
    try {
      return helper.apply(this, parameters as [])
    } catch (error) {
      const { loc, data } = parameters.at(-1) as HelperOptions
      if (error instanceof ClienteleError && error.faults.every(({ where }) => where?.line)) throw error
      const where = loc && data?.source ? placeIn(data.source, loc.start) : undefined
      throw new ClienteleError({ what: (error as Error).message, ...(where ? { where } : {}) }, 1, {
        cause: error,
      })
    }
  }
}

function parse(source: Source): hbs.AST.Program {
  try {
    return Handlebars.parse(source.body)
  } catch (error) {
    const message = (error as Error).message
    const [, line] = /line (\d+)/.exec(message) ?? []
    const where = {
      file: source.file,
      text: source.text,
      ...(line ? { line: Number(line) + source.line - 1 } : {}),
    }
    throw new ClienteleError(
      { what: `this template does not read: ${message.split('\n').at(-1)}`, where },
      1,
      { cause: error },
    )
  }
}

function compile(
  engine: typeof Handlebars,
  source: Source,
  tree: hbs.AST.Program,
  known: Set<string>,
): Render {
  checkHelpers(tree, source, known)
  const template = engine.compile(tree, { strict: true, knownHelpers: {} })
  return (context, data) => {
    try {
      return template(context, { data: { ...data, source } })
    } catch (error) {
      if (error instanceof ClienteleError) throw error
      const { lineNumber, column, message } = error as Handlebars.Exception
      const where =
        lineNumber === undefined
          ? { file: source.file }
          : placeIn(source, { line: lineNumber as number, column: column as number })
      throw new ClienteleError({ what: message.replace(/ in \[object Object\].*$/, ''), where }, 1, {
        cause: error,
      })
    }
  }
}

/** Place of a position within the template's body, in the author's file. */
export function placeIn(source: Source, at: { line: number; column: number }): Place {
  return { file: source.file, line: at.line + source.line - 1, column: at.column + 1, text: source.text }
}

type Tag = hbs.AST.MustacheStatement | hbs.AST.BlockStatement

function tagsOf(tree: hbs.AST.Program): Tag[] {
  const tags: Tag[] = []
  const visitor = new Handlebars.Visitor()
  const keep = (visit: (node: never) => void) => (node: Tag) => {
    tags.push(node)
    visit.call(visitor, node as never)
  }
  visitor.MustacheStatement = keep(visitor.MustacheStatement) as typeof visitor.MustacheStatement
  visitor.BlockStatement = keep(visitor.BlockStatement) as typeof visitor.BlockStatement
  visitor.accept(tree)
  return tags
}

/** Calls that stand as an argument of another: `{{#if (gt a b)}}`. */
function callsWithin(tree: hbs.AST.Program): hbs.AST.SubExpression[] {
  const calls: hbs.AST.SubExpression[] = []
  const visitor = new Handlebars.Visitor()
  const { SubExpression } = visitor
  visitor.SubExpression = (node) => {
    calls.push(node)
    SubExpression.call(visitor, node)
  }
  visitor.accept(tree)
  return calls
}

/** Markdown moves no tag before another: the n-th tag of the HTML is the n-th of the author's text. */
function copyPlaces(written: hbs.AST.Program, made: hbs.AST.Program, source: Source): void {
  const from = tagsOf(written)
  const to = tagsOf(made)
  if (from.length !== to.length) {
    throw new ClienteleError({
      what: 'a tag of this text is hidden by Markdown (is it inside a link or a code block?)',
      where: { file: source.file },
    })
  }
  for (const [i, tag] of from.entries()) copyPlace(tag, to[i] as Tag)
}

function copyPlace(from: object, to: object): void {
  for (const [key, value] of Object.entries(from)) {
    const target = (to as Record<string, unknown>)[key]
    if (key === 'program' || key === 'inverse' || !value || !target) continue
    if (key === 'loc') Object.assign(to, { loc: value })
    else if (typeof value === 'object' && typeof target === 'object') copyPlace(value, target)
  }
}

function checkHelpers(tree: hbs.AST.Program, source: Source, known: Set<string>): void {
  const faults: Fault[] = []
  const check = (call: { path: unknown; params: unknown[]; hash?: unknown }) => {
    const path = call.path as hbs.AST.PathExpression
    const isCall = call.params.length > 0 || call.hash !== undefined
    if (!isCall || path.type !== 'PathExpression' || known.has(path.original)) return
    faults.push({
      what: `nothing is called ${path.original} here`,
      where: placeIn(source, path.loc.start),
      how: `A page may use: ${[...known]
        .filter((name) => /^[a-z]/.test(name))
        .sort()
        .join(', ')}.`,
    })
  }
  for (const call of [...tagsOf(tree), ...callsWithin(tree)]) check(call)
  throwFaults(faults)
}

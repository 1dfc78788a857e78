import type { Fault } from '../error.ts'
import { placeAt } from '../error.ts'
import type { DraftTest } from './declared-tests.ts'
import { rememberedHead } from './kept-head.ts'
import type { HeadOfModel } from './model-head.ts'
import type { Parsed, Parser } from './parse.ts'
import type { Reading } from './read.ts'
import { checkedReferences, type SelectSource } from './read-select.ts'
import { draftTs } from './read-ts.ts'
import type { DeclaredTest, Model, Select, SourceFile } from './source.ts'

/** A model whose SELECTs are still to be parsed: its own first, then those of its tests. */
export interface Draft {
  sources: SelectSource[]
  tests: DraftTest[]
  finish(selects: Select[], tests: DeclaredTest[]): Model
}

/** Reads every model. The text of all SELECTs and expressions is parsed in one go. */
export async function readModels(
  files: SourceFile[],
  { parser, faults }: Reading,
): Promise<Map<string, Model>> {
  const drafts = (await Promise.all(files.map((file) => draft(file, faults, parser)))).filter(
    (one) => one !== undefined,
  )
  const parsed = await parser.parse(drafts.flatMap(textsOf))
  const models = new Map<string, Model>()
  for (const one of drafts) {
    const model = finished(one, parsed, faults)
    const other = models.get(model.name)
    if (other) faults.push(twice(model, other))
    else models.set(model.name, model)
  }
  return models
}

/** `core/orders.sql` makes core.orders. */
export const nameOf = ({ key }: SourceFile): string => key.replace(/\.(sql|ts)$/, '').replace('/', '.')

async function draft(file: SourceFile, faults: Fault[], parser: Parser): Promise<Draft | undefined> {
  return file.key.endsWith('.ts') ? draftTs(file, faults) : draftSql(file, faults, parser)
}

function draftSql(file: SourceFile, faults: Fault[], parser: Parser): Draft {
  const { head, tests, placeOf, bodyStart, faults: found } = headOf(file, parser)
  faults.push(...found)
  const name = nameOf(file)
  const { text, shown } = file
  return {
    sources: [{ file, text, shift: 0, about: name, otherwise: placeAt(shown, text, 0) }],
    tests,
    finish: ([select], declared) => ({
      language: 'sql',
      name,
      file,
      head,
      tests: declared,
      placeOf,
      bodyStart,
      select: select as Select,
    }),
  }
}

/** The head of a file that was read before with the same text, and the same text of the file that it replaces. */
function headOf(file: SourceFile, { heads, memory }: Parser): HeadOfModel {
  const identity: string[] = []
  for (let one: SourceFile | undefined = file; one; one = one.replaces) identity.push(one.shown, one.text)
  const key = identity.join('\0')
  const head = heads.get(key) ?? rememberedHead(file, memory)
  heads.set(key, head)
  return head
}

const textsOf = ({ sources, tests }: Draft): string[] => [
  ...sources.map(({ text }) => text),
  ...tests.flatMap(({ source }) => (source ? [source.text] : [])),
]

function finished({ sources, tests, finish }: Draft, parsed: Map<string, Parsed>, faults: Fault[]): Model {
  const selectOf = (source: SelectSource): Select => ({
    text: source.text,
    shift: source.shift,
    references: checkedReferences(parsed.get(source.text) as Parsed, source, faults),
  })
  const declared = tests.map(({ source, ...test }) => (source ? { ...test, select: selectOf(source) } : test))
  return finish(sources.map(selectOf), declared)
}

const twice = (model: Model, other: Model): Fault => ({
  what: `two models are called ${model.name}: ${other.file.shown} and ${model.file.shown}`,
  where: { file: model.file.shown },
  how: 'Remove or rename one.',
})

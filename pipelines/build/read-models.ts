import type { Fault } from '../error.ts'
import { placeAt } from '../error.ts'
import type { DraftTest } from './declared-tests.ts'
import { rememberedHead } from './kept-head.ts'
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

/**
 * Reads every model. The text of all SELECTs and expressions is parsed in one go. A model of files that have not
 * changed since is the one that was read before.
 */
export async function readModels(
  files: SourceFile[],
  { parser, faults }: Reading,
): Promise<Map<string, Model>> {
  const read = await Promise.all(files.map((file) => readModel(file, parser)))
  const parsed = await parser.parse(read.flatMap(({ draft }) => (draft ? textsOf(draft) : [])))
  const models = new Map<string, Model>()
  for (const { key, known, draft, faults: found } of read) {
    const model = known ?? (draft && finished(draft, parsed, found))
    faults.push(...found)
    if (!model) continue
    if (found.length === 0) parser.models.set(key, model)
    const other = models.get(model.name)
    if (other) faults.push(twice(model, other))
    else models.set(model.name, model)
  }
  return models
}

/** A file that is known, or what is to be parsed of it. */
interface Read {
  key: string
  known?: Model
  draft?: Draft | undefined
  faults: Fault[]
}

async function readModel(file: SourceFile, parser: Parser): Promise<Read> {
  const key = identityOf(file)
  const known = parser.models.get(key)
  if (known) return { key, known, faults: [] }
  const faults: Fault[] = []
  return { key, draft: await draft(file, faults, parser), faults }
}

/** The names and texts of a file and of those that it replaces. */
function identityOf(file: SourceFile): string {
  const identity: string[] = []
  for (let one: SourceFile | undefined = file; one; one = one.replaces) identity.push(one.shown, one.text)
  return identity.join('\0')
}

/** `core/orders.sql` makes core.orders. */
export const nameOf = ({ key }: SourceFile): string => key.replace(/\.(sql|ts)$/, '').replace('/', '.')

async function draft(file: SourceFile, faults: Fault[], parser: Parser): Promise<Draft | undefined> {
  return file.key.endsWith('.ts') ? draftTs(file, faults) : draftSql(file, faults, parser)
}

function draftSql(file: SourceFile, faults: Fault[], parser: Parser): Draft {
  const { head, tests, placeOf, bodyStart, faults: found } = rememberedHead(file, parser.memory)
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

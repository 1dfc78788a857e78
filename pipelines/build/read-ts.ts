import { pathToFileURL } from 'node:url'
import { type Fault, type Place, placeAt } from '../error.ts'
import { type PlaceOf, schemaFaults } from '../schema-faults.ts'
import { readTestsOf } from './declared-tests.ts'
import { digest } from './digest.ts'
import { modelHead } from './head.ts'
import type { ModelDefinition } from './model.ts'
import { type Draft, nameOf } from './read-models.ts'
import type { SelectSource } from './read-select.ts'
import { thrownAt } from './run-ts.ts'
import type { Select, SourceFile } from './source.ts'

/** Imports a TypeScript model and checks what it says of itself. */
export async function draftTs(file: SourceFile, faults: Fault[]): Promise<Draft | undefined> {
  const definition = await importModel(file, faults)
  if (!definition) return undefined
  const { inputs, run: _, ...said } = definition
  const placeOf: PlaceOf = (path) => keyPlace(file, path)
  const checked = modelHead.safeParse(said)
  if (!checked.success) {
    faults.push(...schemaFaults(checked.error, modelHead, placeOf))
    return undefined
  }
  const head = checked.data
  const { tests, faults: found } = readTestsOf(head, file, { placeOf, offsetOf: () => undefined })
  faults.push(...found, ...untyped(file, head.columns, placeOf))
  const names = Object.keys(inputs)
  return {
    sources: names.map((input) => inputSource(file, input, inputs[input] as string)),
    tests,
    finish: (selects, declared) => ({
      language: 'ts',
      name: nameOf(file),
      file,
      head,
      tests: declared,
      placeOf,
      definition,
      inputs: Object.fromEntries(names.map((input, i) => [input, selects[i] as Select])),
    }),
  }
}

/** The text is in the address: a file that has changed is another module. */
export const addressOf = ({ path, text }: SourceFile): string => `${pathToFileURL(path).href}?${digest(text)}`

async function importModel(file: SourceFile, faults: Fault[]): Promise<ModelDefinition | undefined> {
  const where = { file: file.shown }
  try {
    const module = (await import(addressOf(file))) as { default?: ModelDefinition }
    if (typeof module.default?.run === 'function' && typeof module.default.inputs === 'object') {
      return module.default
    }
    faults.push({
      what: `${file.key} exports no model`,
      where,
      how: 'Write: export default defineModel({ … }).',
    })
  } catch (error) {
    const message = (error as Error).message.replaceAll(file.path, file.shown)
    faults.push({ what: `${file.key} does not load: ${message}`, where: thrownAt(error, { file }) })
  }
  return undefined
}

/** What `run` gives is cast to the declared types: there must be some. */
function untyped(
  file: SourceFile,
  columns: Record<string, { type?: string | undefined }>,
  placeOf: PlaceOf,
): Fault[] {
  const names = Object.keys(columns).filter((name) => columns[name]?.type === undefined)
  if (Object.keys(columns).length === 0) {
    return [
      { what: `${file.key} declares no columns`, where: placeOf([]), how: 'Name every column and its type.' },
    ]
  }
  return names.map((name) => ({
    what: `${file.key} declares the column ${name} without a type`,
    where: placeOf(['columns', name]),
    how: 'What run() gives is cast to the declared type.',
  }))
}

/** Where the keys of a path stand one after the other in the text: a TypeScript file has no tree at hand. */
function keyPlace({ shown, text }: SourceFile, path: readonly PropertyKey[]): Place {
  let at = -1
  for (const key of path.filter((part) => typeof part === 'string')) {
    const next = text.slice(at + 1).search(new RegExp(`\\b${RegExp.escape(key)}\\b`))
    if (next >= 0) at += 1 + next
  }
  return at < 0 ? { file: shown } : placeAt(shown, text, at)
}

/** An input's SELECT stands in the file letter for letter unless it is put together or has escapes. */
function inputSource(file: SourceFile, input: string, text: string): SelectSource {
  const at = file.text.indexOf(text)
  return {
    file,
    text,
    shift: at < 0 ? undefined : at,
    about: `the input ${input}`,
    otherwise: keyPlace(file, ['inputs', input]),
  }
}

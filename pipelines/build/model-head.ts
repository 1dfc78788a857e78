import type { Fault } from '../error.ts'
import type { PlaceOf } from '../schema-faults.ts'
import { type DraftTest, keyTests, readTestsOf } from './declared-tests.ts'
import { type ModelHead, modelHead, readHead } from './head.ts'
import type { SourceFile } from './source.ts'

export interface HeadOfModel {
  head: ModelHead
  tests: DraftTest[]
  faults: Fault[]
  placeOf: PlaceOf
  has(path: readonly PropertyKey[]): boolean
  /** Where the SQL begins. */
  bodyStart: number
}

/**
 * The head of a model's file. A project's file that replaces one of the base is bound by the base's head: what it
 * does not say itself (a column, its type, a test, the grain) is taken from there, and its SELECT is held to both.
 */
export function readModelHead(file: SourceFile): HeadOfModel {
  const read = readHead(modelHead, { file: file.shown, text: file.text })
  const head = read.value ?? modelHead.parse({})
  const { tests, faults } = readTestsOf(head, file, read)
  const { placeOf, has, bodyStart } = read
  const own = { head, tests, faults: [...read.faults, ...faults], placeOf, has, bodyStart }
  const whole = file.replaces ? bound(own, readModelHead(file.replaces)) : own
  const asked = keyTests(whole.head, file, whole)
  const isAsked = ({ name }: DraftTest) => asked.some((test) => test.name === name)
  return { ...whole, tests: [...whole.tests.filter((test) => !isAsked(test)), ...asked] }
}

function bound(own: HeadOfModel, base: HeadOfModel): HeadOfModel {
  const known = new Set(own.tests.map(({ name }) => name))
  return {
    head: merged(own, base),
    tests: [...own.tests, ...base.tests.filter(({ name }) => !known.has(name))],
    faults: [...own.faults, ...base.faults],
    placeOf: (path, part) => (own.has(path) || !base.has(path) ? own : base).placeOf(path, part),
    has: (path) => own.has(path) || base.has(path),
    bodyStart: own.bodyStart,
  }
}

function merged(own: HeadOfModel, base: HeadOfModel): ModelHead {
  const names = [...Object.keys(base.head.columns), ...Object.keys(own.head.columns)]
  const columns = names.map((name) => [name, { ...base.head.columns[name], ...own.head.columns[name] }])
  return {
    ...base.head,
    ...own.head,
    // A default is not something the project said.
    kind: (own.has(['kind']) ? own : base).head.kind,
    tags: [...new Set([...base.head.tags, ...own.head.tags])],
    columns: Object.fromEntries(columns),
  }
}

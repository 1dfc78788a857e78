import { readFileSync } from 'node:fs'
import type { Db } from '../duckdb.ts'
import { type Fault, placeAt, throwFaults } from '../error.ts'
import { expandLinkage, isLinkage } from '../linkage/expand.ts'
import { didYouMean } from '../near-miss.ts'
import type { LayeredFile, Project } from '../project.ts'
import { incrementalFaults } from './incremental.ts'
import { openMemory } from './memory.ts'
import { openParser, type Parser } from './parse.ts'
import { orderOf } from './plan.ts'
import { readMacros } from './read-macros.ts'
import { readModels } from './read-models.ts'
import { readTests } from './read-tests.ts'
import { resolveFaults } from './resolve.ts'
import type { Code, SourceFile } from './source.ts'

/** Schemas that the runner writes itself; a model may not live in them. */
export const ownSchemas = [
  'raw',
  'quarantine',
  'ops',
  'audit',
  'main',
  'temp',
  'pg_catalog',
  'information_schema',
  'system',
  // The files are called so, and a file's name is the name of its catalogue.
  'building',
  'warehouse',
]

/** What reading knows besides the files: tables made by load, and the parser to use. */
export interface ReadOptions {
  /** Tables that models may read although no model makes them, as `raw.orders`; files are read before it is waited for. */
  external: ReadonlySet<string> | Promise<ReadonlySet<string>>
  parser?: Parser
}

/**
 * Reads `sql/` of base and project: models, macros, tests. Collects every fault of every file (heads, syntax,
 * unknown names, two models of one name, cycles) and throws them as one error.
 */
export async function readCode(project: Project, db: Db, options: ReadOptions): Promise<Code> {
  const { code, faults } = await gatherCode(project, db, options)
  throwFaults(faults)
  return code
}

/** The same with the faults beside what could be read, for a check that goes on with the rest. */
export async function gatherCode(
  project: Project,
  db: Db,
  { external, parser }: ReadOptions,
): Promise<{ code: Code; faults: Fault[] }> {
  const files = await readSources(project)
  const faults: Fault[] = []
  const parsing = { parser: parser ?? openParser(db, await openMemory(project)), faults }
  const known = { external: await external, params: Object.keys(project.config.params) }
  const code: Code = {
    models: await readModels(files.models, parsing),
    macros: await readMacros(files.macros, parsing),
    tests: await readTests(files.tests, parsing),
  }
  if (!parser) await parsing.parser.memory.save()
  faults.push(...files.faults, ...resolveFaults(code, known))
  faults.push(...incrementalFaults(code))
  orderOf(code.models, code.macros, faults)
  return { code, faults: inOrder(faults) }
}

/** By file and position, as an author goes through them. */
export function inOrder(faults: Fault[]): Fault[] {
  const position = ({ where }: Fault) => (where?.line ?? 0) * 1e6 + (where?.column ?? 0)
  const file = ({ where }: Fault) => where?.file ?? ''
  return faults.toSorted((a, b) =>
    file(a) < file(b) ? -1 : file(a) > file(b) ? 1 : position(a) - position(b),
  )
}

/** What the three readers share: the parser, and where they put faults. */
export interface Reading {
  parser: Parser
  faults: Fault[]
}

interface Sources {
  models: SourceFile[]
  macros: SourceFile[]
  tests: SourceFile[]
  faults: Fault[]
}

async function readSources(project: Project): Promise<Sources> {
  const layered = await project.layered('sql')
  const sources: Sources = { models: [], macros: [], tests: [], faults: [] }
  const written = layered.map(readSource)
  const expanded = written.filter(isLinkage).map(expandLinkage)
  sources.faults.push(...expanded.flatMap(({ faults }) => faults))
  // A file that somebody wrote stands in for the model of the same name that a declaration gives.
  const keys = new Set(written.map(({ key }) => key))
  const given = expanded.flatMap(({ files }) => files).filter(({ key }) => !keys.has(key))
  for (const file of [...written, ...given]) {
    const [folder] = file.key.split('/')
    if (/\.(md|yaml)$/.test(file.key)) continue
    if (file.text.includes('\uFFFD')) sources.faults.push(notText(file))
    else if (folder === 'macros') sources.macros.push(file)
    else if (folder === 'tests') sources.tests.push(file)
    else {
      const fault = misplaced(file)
      if (fault) sources.faults.push(fault)
      else sources.models.push(file)
    }
  }
  return sources
}

/** Read at once: to wait for each of a thousand small files takes ten times as long. */
function readSource({ replaces, ...file }: LayeredFile): SourceFile {
  const text = readFileSync(file.path, 'utf8').replace(/^\uFEFF/, '')
  return { ...file, text, ...(replaces ? { replaces: readSource(replaces) } : {}) }
}

/** Bytes that are no UTF-8 are read as U+FFFD. */
function notText({ shown, text }: SourceFile): Fault {
  const where = text.includes('\0') ? { file: shown } : placeAt(shown, text, text.indexOf('\uFFFD'))
  return { what: 'this file is not UTF-8', where, how: 'Save it as UTF-8.' }
}

/** A model lives in `sql/<schema>/<table>.sql` or `.ts`, in a schema that is not the runner's own. */
function misplaced({ key, shown }: SourceFile): Fault | undefined {
  const where = { file: shown }
  const [schema, ...rest] = key.replace(/\.(sql|ts)$/, '').split('/')
  if (!/\.(sql|ts)$/.test(key))
    return { what: `not a model: ${key}`, where, how: 'A model ends in .sql or .ts.' }
  if (rest.length !== 1)
    return { what: `not a model: ${key}`, where, how: 'A model lives in sql/<schema>/<table>.sql.' }
  const odd = [schema as string, ...rest].find((name) => !/^[a-z][a-z0-9_]*$/.test(name))
  if (odd !== undefined) {
    return {
      what: `not a name: ${odd}`,
      where,
      how: 'Use lower-case letters, digits and underscores; begin with a letter.',
    }
  }
  if (ownSchemas.includes(schema as string)) {
    return {
      what: `the schema ${schema} is the runner's own`,
      where,
      how: 'Move the model to a schema of its own.',
    }
  }
  const near = schema === 'macro' || schema === 'test' ? didYouMean(schema, ['macros', 'tests']) : undefined
  return near ? { what: `no schema is called ${schema}`, where, how: near } : undefined
}

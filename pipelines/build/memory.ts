import { hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { version } from '@duckdb/node-api'
import { baseDir, type Project } from '../project.ts'
import { digest, digestFiles, filesBelow } from './digest.ts'

/** What is remembered: heads, what SQL refers to, columns of SELECTs, tables of contracts, columns of sound models, sound tests. */
export type Kind = 'head' | 'parsed' | 'bound' | 'contracts' | 'columns' | 'sound'

/** Kinds that say the same of a text in every project: a process that opens several finds them out once. */
const sharedKinds: ReadonlySet<Kind> = new Set(['head', 'parsed', 'bound'])
const foundHere: Entries = {}

/**
 * What reading found out about texts, by their content, kept between commands: it saves time and nothing else. All
 * that is not from this very code and engine is forgotten, and so is a file that is damaged.
 */
export interface Memory {
  /** Made by `keep` under the same key in this process or an earlier one. */
  recall<T>(kind: Kind, key: string): T | undefined
  /** Only what JSON gives back unchanged is kept. */
  keep(kind: Kind, key: string, value: unknown): void
  /** Writes what is new. What nobody asked for stays while it is no more than what was asked for. Never fails. */
  save(): Promise<void>
}

type Entries = Partial<Record<Kind, Record<string, unknown>>>

/** Nothing is known and nothing is kept beyond this process. */
export const openBlank = (): Memory => memoryOf({}, async () => undefined)

/** A project without `var/` has never run: nothing is written there for the sake of speed. */
export async function openMemory({ paths }: Project): Promise<Memory> {
  if (!existsSync(paths.var)) return openBlank()
  const path = join(paths.var, 'read-before.json')
  const maker = await makerOf()
  return memoryOf(await readEntries(path, maker), (entries) => writeEntries(path, maker, entries))
}

function memoryOf(before: Entries, write: (entries: Entries) => Promise<void>): Memory {
  const asked: Entries = {}
  let isNew = false
  const noteNew = (kind: Kind, key: string, value: unknown) => {
    note(asked, kind, key, value)
    isNew = true
  }
  return {
    recall<T>(kind: Kind, key: string) {
      const value = asked[kind]?.[key] ?? before[kind]?.[key]
      if (value !== undefined) note(asked, kind, key, value)
      const found = value ?? foundHere[kind]?.[key]
      if (value === undefined && found !== undefined) noteNew(kind, key, found)
      return found as T | undefined
    },
    keep(kind, key, value) {
      if (!isDeepStrictEqual(JSON.parse(JSON.stringify(value)), value)) return
      noteNew(kind, key, value)
      if (sharedKinds.has(kind)) note(foundHere, kind, key, value)
    },
    async save() {
      if (isNew) await write(merged(before, asked))
      isNew = false
    },
  }
}

function note(entries: Entries, kind: Kind, key: string, value: unknown): void {
  entries[kind] ??= {}
  entries[kind][key] = value
}

/** A text that comes back, as when an author takes an error out again, is found again; old ones do not heap up. */
function merged(before: Entries, asked: Entries): Entries {
  const kinds = Object.keys({ ...before, ...asked }) as Kind[]
  const one = (kind: Kind) => {
    const [old = {}, now = {}] = [before[kind], asked[kind]]
    const isHeap = asked[kind] && Object.keys(old).length > 2 * Object.keys(now).length
    return isHeap ? now : { ...old, ...now }
  }
  return Object.fromEntries(kinds.map((kind) => [kind, one(kind)]))
}

/** The code that reads, and the engine that parses. */
async function makerOf(): Promise<string> {
  const pipelines = join(baseDir, 'pipelines')
  const files = (await filesBelow(pipelines)).filter(({ name }) => /^(build\/|contract\/|[^/]*$)/.test(name))
  const packages = { name: 'package.json', path: join(baseDir, 'package.json') }
  return digest(version(), process.version, await digestFiles([...files, packages]))
}

/** The first line says who made the second, and what it must add up to. */
const seal = (maker: string, body: string): string => `${maker} ${hash('sha256', body)}`

async function readEntries(path: string, maker: string): Promise<Entries> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const end = text.indexOf('\n')
  const body = text.slice(end + 1)
  return text.slice(0, Math.max(0, end)) === seal(maker, body) ? (JSON.parse(body) as Entries) : {}
}

/** Whole or not at all; a copy that is torn by a power cut is one that is forgotten. */
async function writeEntries(path: string, maker: string, entries: Entries): Promise<void> {
  const part = `${path}.${process.pid}`
  const body = JSON.stringify(entries)
  try {
    await writeFile(part, `${seal(maker, body)}\n${body}`, { mode: 0o600 })
    await rename(part, path)
  } catch {
    // A full disk or a folder of another owner costs the next command a second, and nothing else.
    await rm(part, { force: true }).catch(() => undefined)
  }
}

import { LIST, listValue, VARCHAR } from '@duckdb/node-api'
import type { Db } from '../duckdb.ts'
import { byteMap, fromCodePoints } from '../engine-error.ts'
import { digest } from './digest.ts'
import { type Memory, openBlank } from './memory.ts'
import { type References, referencesOf } from './references.ts'
import type { Macro, Model } from './source.ts'

/** Why a text is not a SELECT. Offsets are characters. */
export interface ParseFault {
  kind: 'syntax' | 'not-select' | 'empty' | 'several'
  message: string
  at?: number
}

/** A parsed text: what it refers to (offsets in characters), or why it is not one SELECT. */
export type Parsed =
  | { references: References; fault?: undefined }
  | { references?: undefined; fault: ParseFault }

/** Parses SELECTs with the engine's own parser and keeps what it found by content. */
export interface Parser {
  /** Models that were read without a fault, by the files they stand in. */
  readonly models: Map<string, Model>
  /** The macros as they were read last without a fault, by their files. */
  readonly macros: Map<string, Map<string, Macro>>
  /** What earlier commands found out. */
  readonly memory: Memory
  /** All texts in one round trip; those seen before cost nothing. */
  parse(texts: readonly string[]): Promise<Map<string, Parsed>>
}

export function openParser(db: Db, memory: Memory = openBlank()): Parser {
  const cache = new Map<string, Parsed>()
  return {
    models: new Map(),
    macros: new Map(),
    memory,
    async parse(texts) {
      const asked = [...new Set(texts)].filter((text) => !cache.has(text))
      const keys = new Map(asked.map((text) => [text, keyOf(text)]))
      for (const [text, key] of keys) {
        const parsed = memory.recall<Parsed>('parsed', key)
        if (parsed) cache.set(text, parsed)
      }
      const fresh = asked.filter((text) => !cache.has(text))
      const trees = fresh.length > 0 ? await serialised(db, fresh) : []
      fresh.forEach((text, i) => {
        const parsed = read(text, JSON.parse(trees[i] as string))
        cache.set(text, parsed)
        memory.keep('parsed', keys.get(text) as string, parsed)
      })
      return new Map(texts.map((text) => [text, cache.get(text) as Parsed]))
    },
  }
}

/** A short text is its own key: most are conditions of tests, and there are thousands. */
const keyOf = (text: string): string => (text.length < 100 ? text : digest(text))

async function serialised(db: Db, texts: string[]): Promise<string[]> {
  const query = 'select json_serialize_sql(text) from (select unnest($1) as text)'
  const result = await db.connection.runAndReadAll(query, [listValue(texts)], [LIST(VARCHAR)])
  return result.getRows().map(([tree]) => tree as string)
}

interface Serialised {
  error: boolean
  error_message?: string
  error_type?: string
  position?: string
  statements?: { node: object }[]
}

function read(text: string, tree: Serialised): Parsed {
  if (tree.error) {
    const message = tree.error_message ?? 'syntax error'
    if (tree.error_type !== 'parser') return { fault: { kind: 'not-select', message } }
    const at = tree.position === undefined ? {} : { at: fromCodePoints(text, Number(tree.position)) }
    return { fault: { kind: 'syntax', message, ...at } }
  }
  const [first, second] = tree.statements ?? []
  if (!first) return { fault: { kind: 'empty', message: 'there is no SELECT' } }
  if (second) return { fault: { kind: 'several', message: 'more than one statement' } }
  return { references: inCharacters(text, referencesOf(first)) }
}

/** The parser counts bytes in its tree and code points in its errors; JavaScript counts UTF-16 units. */
function inCharacters(text: string, { tables, calls, columns, oddities }: References): References {
  const toCharacters = byteMap(text)
  const moved = <T extends { at: number }>(all: T[]): T[] =>
    all.map((one) => ({ ...one, at: toCharacters(one.at) }))
  return { tables: moved(tables), calls: moved(calls), columns, oddities: moved(oddities) }
}

import { isUtf8 } from 'node:buffer'
import { join } from 'node:path'
import type { Contract, Format } from '../../contract.ts'
import { ClienteleError } from '../../error.ts'
import { jsonElements, type RawElement } from '../text/json-elements.ts'
import { rawLines } from '../text/lines.ts'
import { part } from '../text/parts.ts'
import { nameColumns } from './header.ts'
import { type Found, type JsonFields, jsonFields } from './json-fields.ts'
import { plainText } from './plain.ts'
import type { Readings } from './readings.ts'

/** More columns than this are no columns: the names hold values. */
const mostColumns = 2000

/** A value nested deeper is none; what reads it later need not bear it. */
const deepest = 1000

/**
 * Reads NDJSON, or the records of a JSON document: its own array or the one that `records` leads to. A record is an
 * object; its fields become columns in order of first appearance, and a contract's `address.city` leads into a nested
 * value. Numbers keep their digits, nested values stay JSON. In NDJSON a line that is no object is kept apart; a
 * document that breaks off is refused whole, as nobody knows what else it would say.
 */
export async function readJson(
  contract: Contract,
  format: Format,
  path: string,
  dir: string,
): Promise<Readings> {
  const text = await plainText(path, format, join(dir, '.plain.json'))
  const fields = jsonFields(contract)
  let position = 0
  const parted = await part(dir, async (parts) => {
    for await (const { raw, line } of elementsOf(format, text.path)) {
      position += 1
      const reject = (reason: 'json' | 'encoding', values?: (string | null)[]) =>
        parts.reject({ position, line, reason, text: raw.toString('utf8') }, values)
      const values = valuesOf(raw, fields)
      if (values === null) {
        await reject('json')
        continue
      }
      if (fields.names().length > mostColumns) throw tooMany()
      const sound = text.replaced ? !raw.includes('\uFFFD') : isUtf8(raw)
      if (sound) await parts.keep(position, values)
      else await reject('encoding', values)
    }
  })
  // Where no record could be read, none of them says what columns there are.
  const names = fields.names().length === 0 ? fields.expected() : fields.names()
  return {
    columns: nameColumns(names),
    parted: async () => parted,
    notes: text.notes,
    ...(text.detected ? { encoding: text.encoding } : {}),
  }
}

async function* elementsOf(format: Format, path: string): AsyncGenerator<RawElement> {
  if (format.type === 'json') {
    yield* jsonElements(path, format.records?.split('.') ?? [])
    return
  }
  for await (const one of rawLines(path)) if (one.raw.some((byte) => byte > 0x20)) yield one
}

/** The values of a record, its numbers as they were written; null when it is no object, or nested beyond reading. */
function valuesOf(raw: Buffer, fields: JsonFields): (string | null)[] | null {
  const text = raw.toString('utf8')
  try {
    const value: unknown = longNumber.test(text) ? JSON.parse(text, exact) : JSON.parse(text)
    const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value) && !isRaw(value)
    if (text.length > 2 * deepest && isDeeper(value, deepest)) return null
    return isRecord ? fields.take(value as Found) : null
  } catch {
    return null
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null || isRaw(value)) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}

/** Where this is found, reading a number and writing it again may change it. */
const longNumber = /\d[.eE]|\d{16}|-0/

/** A stage 4 proposal that the engine has and the compiler's library does not know yet. */
const { rawJSON: rawJson, isRawJSON: isRaw } = JSON as unknown as {
  rawJSON: (text: string) => unknown
  isRawJSON: (value: unknown) => boolean
}

const exact = (_: string, value: unknown, context?: { source?: string }): unknown =>
  typeof value === 'number' && context?.source !== undefined ? rawJson(context.source) : value

const tooMany = (): ClienteleError =>
  new ClienteleError({
    what: `the records have more than ${mostColumns} different names`,
    how: 'Names that are values (dates, ids) belong into an array: ask for it, or name a `records` path further in.',
  })

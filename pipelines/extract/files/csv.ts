import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contract, Format } from '../../contract.ts'
import { ClienteleError } from '../../error.ts'
import type { DelimitedText, DeliveredColumn, Parted } from '../delivery.ts'
import { openParts } from '../text/parts.ts'
import { type TextRecord, type TextSource, textRecords } from '../text/records.ts'
import { countRecords } from '../text/scan.ts'
import { plainText } from './plain.ts'
import type { Readings } from './source.ts'

/**
 * Reads a delimited file. The engine reads a sound file by itself, all columns as text. Where it stumbles (records
 * with too many or too few fields, broken quotes, bytes that are not of the encoding) the file is read again by us,
 * record by record, and what cannot be split is kept apart.
 */
export async function readCsv(
  contract: Contract,
  format: Format,
  path: string,
  dir: string,
): Promise<Readings> {
  const { delimiter, quote, encoding, skip } = format
  const plain = await plainText(path, encoding, join(dir, '.plain.csv'))
  const source = { ...plain, dialect: { delimiter, quote }, skip }
  const header = format.header ? await headerOf(source) : undefined
  const names = format.header ? (header?.values ?? []) : contract.columns.map(({ from }) => from)
  const columns = nameColumns(names)
  const parted = () => partCsv(source, format.header, columns.length, dir)
  const lines = header ? header.line - 1 + header.lines : skip
  const sound = await soundText(source, lines, columns)
  return { columns, parted, ...(sound ? { sound } : {}) }
}

/**
 * The text as the engine may read it alone, where it reads as we do: lines that end as the first one does, and more
 * than one column (an empty line is no record, but of one column the engine would make it one).
 */
async function soundText(
  { path, dialect, replaced }: TextSource,
  skip: number,
  columns: DeliveredColumn[],
): Promise<DelimitedText | undefined> {
  if (replaced || columns.length < 2) return undefined
  const newLine = await firstLineEnd(path)
  if (newLine === '\r') return undefined
  const lines = { path, skip, newLine: newLine ?? '\n' } as const
  const count = await countRecords({ ...lines, quote: dialect.quote })
  return count === null ? undefined : { form: 'delimited', ...dialect, ...lines, count }
}

/** The first line end among the first megabyte, or null. */
async function firstLineEnd(path: string): Promise<'\n' | '\r\n' | '\r' | null> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1 << 20), 0, 1 << 20, 0)
    return (/\r\n|\n|\r/.exec(buffer.toString('latin1', 0, bytesRead))?.[0] ?? null) as
      | '\n'
      | '\r\n'
      | '\r'
      | null
  } finally {
    await file.close()
  }
}

async function partCsv(source: TextSource, header: boolean, fields: number, dir: string): Promise<Parted> {
  const parts = await openParts(dir)
  for await (const { position: found, line, text, values, fault } of textRecords(source)) {
    const position = header ? found - 1 : found
    if (position === 0) continue
    // A delimiter that ends the line opens no further field.
    if (values.length === fields + 1 && values.at(-1) === null) values.pop()
    const reason = fault !== 'quote' && values.length !== fields ? 'ragged' : fault
    if (reason === null) await parts.keep(position, values)
    else await parts.reject({ position, line, reason, text }, values)
  }
  return parts.close()
}

async function headerOf(source: TextSource): Promise<TextRecord | undefined> {
  const records = textRecords(source)
  const { value, done } = await records.next()
  await records.return(undefined)
  if (done) return undefined
  if (value.fault) {
    throw new ClienteleError({
      what: `the header cannot be read (${value.fault}), on line ${value.line}`,
      how: 'Check encoding, quote and skip in the contract.',
    })
  }
  return value
}

/** Every column has a name of its own: an unnamed one is `column_<n>`, a repeated one gets its number. */
export function nameColumns(names: (string | null)[]): DeliveredColumn[] {
  const taken = new Set<string>()
  return names.map((given, i) => {
    const base = given === null || given.trim() === '' ? `column_${i + 1}` : given
    let name = base
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base}_${n}`
    taken.add(name.toLowerCase())
    return { name, type: 'VARCHAR' }
  })
}

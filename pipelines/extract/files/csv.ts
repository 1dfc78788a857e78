import { join } from 'node:path'
import { type Contract, type Format, firstName } from '../../contract.ts'
import { ClienteleError } from '../../error.ts'
import type { DeliveredColumn, Delivery, Parted } from '../delivery.ts'
import { part } from '../text/parts.ts'
import { type TextRecord, type TextSource, textRecords } from '../text/records.ts'
import { writeRecords } from '../text/write.ts'
import { headerWithin, isHeader, nameColumns, noHeader, nothingInside } from './header.ts'
import { plainText } from './plain.ts'
import type { Readings } from './readings.ts'

/**
 * Reads a delimited file, all columns as text. A sound one is written at one go; where something is not as it should be
 * (records with too many or too few fields, broken quotes, bytes that are not of the encoding) the file is read again,
 * record by record, and what cannot be split is kept apart.
 */
export async function readCsv(
  contract: Contract,
  format: Format,
  path: string,
  dir: string,
): Promise<Readings> {
  const { delimiter, quote, skip } = format
  const plain = await plainText(path, format, join(dir, '.plain.csv'))
  const source = { path: plain.path, replaced: plain.replaced, dialect: { delimiter, quote }, skip }
  const header = format.header ? await headerOf(source, contract, format) : undefined
  const names = header ? header.values : contract.columns.map(({ from }) => firstName(from))
  const columns = nameColumns(names)
  const parted = () => partCsv(source, header?.position ?? 0, columns.length, dir)
  const lines = header ? header.line - 1 + header.lines : skip
  const split = splitter(source, lines, columns)
  return {
    columns,
    parted,
    ...(split ? { split } : {}),
    notes: plain.notes,
    ...(plain.detected ? { encoding: plain.encoding } : {}),
  }
}

/** A text of more columns is no table of many rows: nothing is gained by reading it at one go. */
const mostColumns = 1000

/** The way to read a text at one go, where there may be one. */
function splitter(source: TextSource, skip: number, columns: DeliveredColumn[]): Delivery['split'] {
  if (source.replaced || columns.length > mostColumns || Buffer.byteLength(source.dialect.quote) > 1)
    return undefined
  return (path, threads) => writeRecords({ ...source, skip }, columns, path, { threads })
}

/** `before`: how many records there are up to the header. */
async function partCsv(source: TextSource, before: number, fields: number, dir: string): Promise<Parted> {
  return part(dir, async (parts) => {
    for await (const { position: found, line, text, values, fault } of textRecords(source)) {
      const position = found - before
      if (position <= 0) continue
      // Delimiters that end the line open no further fields, to the engine neither.
      while (values.length > fields && values.at(-1) === null) values.pop()
      const reason = fault !== 'quote' && values.length !== fields ? 'ragged' : fault
      if (reason === null) await parts.keep(position, values)
      else await parts.reject({ position, line, reason, text }, values)
    }
  })
}

async function headerOf(source: TextSource, contract: Contract, format: Format): Promise<TextRecord> {
  let looked = 0
  for await (const record of textRecords(source)) {
    if (record.fault && format.header !== 'find') throw unreadable(record)
    if (!record.fault && isHeader(contract, format, record.values)) return record
    looked += 1
    if (looked === headerWithin(format)) throw noHeader(contract, format)
  }
  throw looked === 0 ? nothingInside('the file is empty: it has no header') : noHeader(contract, format)
}

function unreadable({ fault, line }: TextRecord): ClienteleError {
  const encoding = fault === 'encoding' ? ' `encoding: auto` finds out which one it is.' : ''
  return new ClienteleError({
    what: `the header cannot be read (${fault}), on line ${line}`,
    how: `Check encoding, quote and skip in the contract.${encoding}`,
  })
}

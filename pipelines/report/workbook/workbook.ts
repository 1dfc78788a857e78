import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import type { Locale } from '../locale.ts'
import type { Facts } from '../page.ts'
import type { Rendered } from '../render.ts'
import type { Results } from '../results.ts'
import type { Words } from '../words.ts'
import { indexSheet } from './index-sheet.ts'
import { frame, placeOf, type Sheet, sheetXml } from './parts.ts'
import { sheetOf, tablesOf } from './tables.ts'

/** The workbook of the pack: one for all its languages. */
export const workbookFile = 'workbook.xlsx'

export interface Bound {
  pages: Rendered[]
  results: Map<string, Results>
  facts: Facts
  words: Map<Locale, Words>
}

/**
 * The tables behind the pack: a sheet a query that a figure shows, in the columns that figures show and no others, and
 * an index of them. Values are typed and not rounded. The same pages give the same bytes.
 */
export function writeWorkbook(bound: Bound): AsyncIterable<Uint8Array> {
  const tables = tablesOf(bound)
  const filled = tables.filter(({ rows }) => rows.length > 0)
  const sheets: Sheet[] = [indexSheet(bound, tables), ...filled.map((table) => sheetOf(table, bound.facts))]
  const [locale = 'en'] = bound.words.keys()
  const title = `${bound.facts.firm(locale)} · ${bound.facts.asOf}`
  const zip = new ZipFile()
  const options = optionsNow()
  for (const [place, text] of frame(
    sheets.map(({ name }) => name),
    bound.facts.currency,
    title,
  ))
    zip.addBuffer(Buffer.from(text), place, options)
  for (const [i, sheet] of sheets.entries())
    zip.addReadStream(Readable.from(bytesOf(sheet)), placeOf(i), options)
  zip.end()
  return zip.outputStream as unknown as AsyncIterable<Uint8Array>
}

/** The oldest moment that the format knows, in the machine's own zone as it is written without one. */
const optionsNow = () => ({ mtime: new Date(1980, 0, 1), mode: 0o100600, forceDosTimestamp: true })

function* bytesOf(sheet: Sheet): Generator<Buffer> {
  for (const piece of sheetXml(sheet)) yield Buffer.from(piece)
}

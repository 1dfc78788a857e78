import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Contract, Format } from '../../pipelines/contract.ts'
import { type Db, openDatabase } from '../../pipelines/duckdb.ts'
import { type JsonText, records, rejectColumns } from '../../pipelines/extract/delivery.ts'
import { readCsv } from '../../pipelines/extract/files/csv.ts'
import { plainNumber } from '../../pipelines/extract/files/xlsx/number.ts'
import { textRecords } from '../../pipelines/extract/text/records.ts'
import { writeRecords } from '../../pipelines/extract/text/write.ts'

let db: Db
let dir: string
beforeAll(async () => {
  db = await openDatabase(':memory:')
  dir = await mkdtemp(join(tmpdir(), 'clientele-text-'))
})
afterAll(async () => {
  db.close()
  await rm(dir, { recursive: true })
})

const value = fc.oneof(
  fc.constantFrom(
    null,
    '',
    ' ',
    'a',
    ' x ',
    'é',
    '茶壶',
    '"',
    "'",
    ',',
    ';',
    '|',
    '\t',
    '\n',
    '\r\n',
    'a"b',
    '\\',
    'null',
    '\u0000',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
)
const table = fc
  .integer({ min: 2, max: 4 })
  .chain((width) =>
    fc.array(fc.array(value, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
  )
const dialects = fc.record({
  delimiter: fc.constantFrom(',', ';', '|', '\t', '||', ';|'),
  quote: fc.constantFrom('"', "'"),
  newLine: fc.constantFrom('\n', '\r\n', '\r'),
  chunkBytes: fc.constantFrom(1, 2, 7, 1 << 20),
})

/** Quotes what must be quoted: what holds a mark of the dialect, and what would otherwise be nothing. */
function written(rows: (string | null)[][], delimiter: string, quote: string, newLine: string): string {
  const field = (text: string | null) => {
    if (text === null) return ''
    const plain =
      text !== '' &&
      text.trim() === text &&
      ![...delimiter, quote, '\n', '\r'].some((mark) => text.includes(mark))
    return plain ? text : quote + text.replaceAll(quote, quote + quote) + quote
  }
  return rows.map((row) => row.map(field).join(delimiter)).join(newLine)
}

test('what is written by the rules is read back, in any dialect, through any window', async () => {
  await fc.assert(
    fc.asyncProperty(table, dialects, async (rows, { delimiter, quote, newLine, chunkBytes }) => {
      const path = join(dir, 'rules.csv')
      await writeFile(path, written(rows, delimiter, quote, newLine))
      const read: (string | null)[][] = []
      let next = 1
      for await (const record of textRecords({
        path,
        dialect: { delimiter, quote },
        skip: 0,
        replaced: false,
        chunkBytes,
      })) {
        expect(record).toMatchObject({ position: next++, fault: null })
        read.push(record.values)
      }
      expect(read).toEqual(rows)
    }),
    { numRuns: 250, seed: 1 },
  )
})

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.integer({ min: 0, max: 3 }),
  insert: fc.constantFrom('', '"', "'", ',', ';', '\n', '\r', '\r\n', ' ', '\n\n', '""', '\u0000', 'x'),
})

function mutated(
  text: string,
  mutations: { at: number; cut: number; insert: string }[],
  broken: boolean,
): Buffer {
  let bytes = Buffer.from(text)
  for (const { at, cut, insert } of mutations) {
    const place = Math.floor(at * bytes.length)
    bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(insert), bytes.subarray(place + cut)])
  }
  if (broken && bytes.length > 0) bytes[Math.floor(bytes.length / 2)] = 0xff
  return bytes
}

test('whatever became of a file: every record is kept or rejected, and what is read at one go reads the same', async () => {
  const seen = { split: 0, parted: 0, rejected: 0 }
  await fc.assert(
    fc.asyncProperty(
      table,
      dialects,
      fc.array(mutation, { maxLength: 3 }),
      fc.boolean(),
      async (rows, dialect, mutations, broken) => {
        const path = join(dir, 'fuzz.csv')
        const { delimiter, quote, newLine } = dialect
        await writeFile(path, mutated(written(rows, delimiter, quote, newLine), mutations, broken))
        const format: Format = {
          type: 'csv',
          delimiter,
          quote,
          encoding: 'utf-8',
          header: false,
          skip: 0,
          nulls: [],
        }
        const columns = (rows[0] ?? []).map((_, i) => ({
          name: `c${i}`,
          from: `c${i}`,
          type: 'VARCHAR' as const,
        }))
        const readings = await readCsv({ columns } as unknown as Contract, format, path, dir)
        const parted = await readings.parted()
        const kept = await db.rows<{ _row: number }>(records(parted.text, readings.columns))
        const rejects = await db.rows<{ _row: number }>(
          records(parted.rejects.text as JsonText, rejectColumns),
        )
        const positions = [...kept, ...rejects].map(({ _row }) => _row).sort((a, b) => a - b)
        expect(positions).toEqual(positions.map((_, i) => i + 1))
        seen.parted += 1
        seen.rejected += rejects.length > 0 ? 1 : 0
        const file = join(dir, 'fuzz.parquet')
        await rm(file, { force: true })
        const text = { path, dialect: { delimiter, quote }, skip: 0 }
        const split = await writeRecords(text, readings.columns, file, {
          threads: 1,
          window: dialect.chunkBytes,
        })
        if (rejects.length > 0) expect(split).toBeNull()
        if (split === null) return
        expect(await db.rows(records({ form: 'written', path: file }, readings.columns))).toEqual(kept)
        seen.split += 1
      },
    ),
    { numRuns: 200, seed: 2 },
  )
  // The test is worth something only when each way was gone.
  expect(seen.split).toBeGreaterThan(20)
  expect(seen.rejected).toBeGreaterThan(50)
})

test.each([
  ['13800138000', '13800138000'],
  ['1.38E+10', '13800000000'],
  ['0.30000000000000004', '0.3'],
  ['1e-7', '0.0000001'],
  ['-2.5e-9', '-0.0000000025'],
  ['1.5e21', '1500000000000000000000'],
  ['-0.1', '-0.1'],
  ['45000', '45000'],
  ['110101199003070000', '110101199003070000'],
])('a number of a workbook as people write it: %s', (digits, shown) => {
  expect(plainNumber(digits)).toBe(shown)
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Db, openDatabase, type Row } from '../../pipelines/duckdb.ts'
import { isOdd } from '../../pipelines/extract/text/pieces.ts'
import type { Dialect } from '../../pipelines/extract/text/split.ts'
import { type Sizes, writeRecords } from '../../pipelines/extract/text/write.ts'
import { openIntake } from '../intake.ts'

let db: Db
let dir: string
beforeAll(async () => {
  db = await openDatabase(':memory:')
  dir = await mkdtemp(join(tmpdir(), 'clientele-pieces-'))
})
afterAll(async () => {
  db.close()
  await rm(dir, { recursive: true })
})

const columns = ['a', 'b', 'c'].map((name) => ({ name, type: 'VARCHAR' }))
const comma = { delimiter: ',', quote: '"' }

interface Written {
  count: number | null
  rows: Row[]
  /** Groups of rows in the file. */
  groups: number
}

async function written(
  text: string | Buffer,
  dialect: Dialect,
  sizes: Pick<Sizes, 'threads'> & Partial<Sizes>,
  skip = 0,
): Promise<Written> {
  const [path, to] = [join(dir, 'text.csv'), join(dir, 'rows.parquet')]
  await rm(to, { force: true })
  await writeFile(path, text)
  const count = await writeRecords({ path, dialect, skip }, columns, to, sizes)
  if (count === null) return { count, rows: [], groups: 0 }
  const rows = await db.rows(sql`select * from read_parquet(${sql.lit(to)}, file_row_number = true)`)
  const [found] = await db.rows<{ n: number }>(
    sql`select count(distinct row_group_id) as n from parquet_metadata(${sql.lit(to)})`,
  )
  return { count, rows, groups: found?.n ?? 0 }
}

const onOne = { threads: 1 }
const onTwo = (piece: number) => ({ threads: 2, piece, worthThreads: 0 })

/** Fields in turn: plain, empty, with the marks of the dialect and line ends inside, long, of several bytes a letter. */
function record(i: number, { delimiter, quote }: Dialect, newLine: string): string {
  const quoted = (text: string) => `${quote}${text.replaceAll(quote, quote + quote)}${quote}`
  const fields = ['plain', '', '茶壶é', quoted(`a${delimiter}b\n${quote}c${quote}\r\n\n${i}`), quoted('')]
  const long = quoted('é\n茶'.repeat(i % 11 === 0 ? 60 : 1))
  return [`${i}`, fields[i % 5], i % 3 === 0 ? long : fields[(i + 2) % 3]].join(delimiter) + newLine
}

const textOf = (count: number, dialect: Dialect, newLine = '\n') =>
  Array.from({ length: count }, (_, i) => record(i, dialect, newLine)).join('')

test.each([
  [comma, '\n', 701],
  [{ delimiter: '||', quote: "'" }, '\r\n', 1009],
  [{ delimiter: '，', quote: '"' }, '\n', 4096],
])('a text in pieces on two threads has the rows of one: %o', async (dialect, newLine, piece) => {
  // The last line has no end.
  const text = `\uFEFFbefore it all\n${textOf(1000, dialect, newLine)}`.trimEnd()
  const [one, two] = [await written(text, dialect, onOne, 1), await written(text, dialect, onTwo(piece), 1)]
  expect(one.rows).toHaveLength(1000)
  expect(two.rows).toEqual(one.rows)
  expect(two.count).toBe(1000)
  expect(one.groups).toBe(1)
  expect(two.groups).toBeGreaterThan(5)
})

test('fields of all lengths, with bytes next to those that end them, come out as they went in', async () => {
  // Four bytes are looked at in one go, and a window may end anywhere.
  const pieces = [
    '',
    'a',
    '+',
    '-',
    '\u000b',
    '\u000c',
    '\u000e',
    '\u007f',
    'é',
    '茶',
    ' x',
    'abcd',
    '0123456789',
  ]
  const field = fc.array(fc.constantFrom(...pieces), { maxLength: 4 }).map((parts) => parts.join(''))
  const quoted = fc.constantFrom('a,b', 'x"y', '\n', '\r\nz', ' "')
  const row = fc.array(fc.oneof({ weight: 5, arbitrary: field }, quoted), { minLength: 3, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 30 }),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 8, max: 80 }),
      async (records, newLine, window) => {
        const asWritten = (text: string) => (/[,"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
        const text = records.map((record) => record.map(asWritten).join(',') + newLine).join('')
        const { rows } = await written(text, comma, { ...onOne, window })
        const found = rows.map(({ a, b, c }) => [a, b, c])
        expect(found).toEqual(records.map((record) => record.map((one) => (one === '' ? null : one))))
      },
    ),
    { numRuns: 60, seed: 5 },
  )
})

test('where a quote that is none leads a cut astray one thread goes on, and no row is lost', async () => {
  const text = `${textOf(500, comma)}501,a pipe of 5",x\n${textOf(500, comma)}`
  const [one, two] = [await written(text, comma, onOne), await written(text, comma, onTwo(1000))]
  expect(two.rows).toEqual(one.rows)
  expect(two.rows).toHaveLength(1001)
  expect(two.groups).toBeGreaterThan(5)
  // A record that is longer than a piece is its like.
  const long = `${textOf(300, comma)}301,"${'long\n'.repeat(1000)}",x\n${textOf(5, comma)}`
  expect((await written(long, comma, onTwo(1500))).rows).toEqual((await written(long, comma, onOne)).rows)
})

test.each([
  ['ragged', Buffer.from('1,2\n')],
  ['not UTF-8', Buffer.from([0x31, 0x2c, 0xff, 0x2c, 0x33, 0x0a])],
  ['oddly quoted', Buffer.from('1,"2"x,3\n')],
  ['never closed', Buffer.from('1,2,"3\n')],
])('a record of a late piece that is %s is not taken in', async (_, bad) => {
  const text = Buffer.concat([Buffer.from(textOf(400, comma)), bad])
  expect((await written(text, comma, onTwo(1000))).count).toBeNull()
  const midway = Buffer.concat([text, Buffer.from(textOf(100, comma))])
  expect((await written(midway, comma, onTwo(1000))).count).toBeNull()
})

test('a large file with one ragged record near its end: every record is kept or told', async () => {
  const intake = await openIntake({
    broker: `kind: files
tables:
  people:
    path: input/people.csv
    format: {type: csv}
    columns: {id: INTEGER, name: VARCHAR, note: VARCHAR}
    reject_limit: {count: 5}
`,
  })
  const [records, note] = [340, 'sound '.repeat(34_000)]
  const rows = Array.from({ length: records }, (_, i) => `${i},Ann,${i === records - 5 ? '1,' : ''}${note}\n`)
  await intake.write('input/people.csv', `id,name,note\n${rows.join('')}`)
  expect(await intake.night()).toMatchObject([{ read: records, loaded: records - 1, quarantined: 1 }])
  expect(await intake.rows('select reason, _row from quarantine.people')).toEqual([
    { reason: 'ragged', _row: records - 4 },
  ])
})

test('whether a byte stands an odd number of times', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0, 1, 0x21, 0x22, 0x23, 0x7f, 0x80, 0xa2, 0xff), { maxLength: 40 }),
      fc.constantFrom(0, 0x22, 0x7f, 0x80, 0xff),
      (bytes, byte) =>
        isOdd(Uint8Array.from(bytes), byte) === (bytes.filter((b) => b === byte).length % 2 === 1),
    ),
    { numRuns: 500, seed: 3 },
  )
})

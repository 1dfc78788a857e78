import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as arrow from 'apache-arrow'
import { type Db, openDatabase } from '../../pipelines/duckdb.ts'
import { ClienteleError } from '../../pipelines/error.ts'
import { extract } from '../../pipelines/extract/extract.ts'
import { standingLoads } from '../../pipelines/landing.ts'
import { silent } from '../../pipelines/log.ts'
import { openProject } from '../../pipelines/project.ts'
import { encode } from './encode.ts'
import { workbook } from './workbook.ts'
import { zip } from './zip.ts'

/** A kind of file that is mutated. */
export interface Kind {
  name: string
  /** As the contract writes it. */
  format: string
  sound: Buffer
  /** How many records the sound file has. */
  records: number
  /** Counts the records of a mutated file another way than the product does; undefined where no other way is sure. */
  count?: (bytes: Buffer) => number
}

const names = ['Ann', 'Bo, "B"', '张伟', '', 'Zoë', "O'Hara\nJr", '李娜', ' x ']
const rowsOf = (count: number, letters: (text: string) => boolean) =>
  Array.from({ length: count }, (_, i) => [
    String(i + 1),
    names.filter(letters)[i % names.filter(letters).length] as string,
    `${(i * 7) % 100}.5`,
  ])

const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const csvText = (rows: string[][]) =>
  ['id,name,amount', ...rows.map((row) => row.map(quoted).join(','))].join('\n')
const fixedText = (rows: string[][]) =>
  rows
    .map(
      ([id = '', name = '', amount = '']) =>
        `${id.padEnd(4)}${name.replaceAll('\n', ' ').padEnd(10)}${amount.padEnd(6)}`,
    )
    .join('\n')

/** Lines of bytes that are not empty, but for carriage returns. */
const lines = (bytes: Buffer): number =>
  bytes
    .toString('latin1')
    .replace(/^\xEF\xBB\xBF/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '').length

const ndjsonLines = (bytes: Buffer): number =>
  bytes
    .toString('latin1')
    .replace(/^\xEF\xBB\xBF/, '')
    .split('\n')
    .filter((line) => [...line.replace(/\r$/, '')].some((letter) => letter > ' ')).length

/** One sound file of every format and encoding. */
export async function kinds(db: Db, dir: string): Promise<Kind[]> {
  const all = rowsOf(24, () => true)
  const western = rowsOf(24, (text) => !/[一-鿿]/.test(text))
  const eastern = rowsOf(24, (text) => text !== 'Zoë')
  const kanji = rowsOf(24, (text) => !/[ë伟娜]/.test(text))
  const objects = all.map(([id, name, amount]) => ({ id, name, amount: Number(amount), at: { city: name } }))
  const parquet = join(dir, 'sound.parquet')
  await db.run(
    `copy (select i::varchar as id, 'n' || i as name, i * 1.5 as amount, {'a': i} as nested from range(24) t(i)) to '${parquet}' (format parquet)`,
  )
  const table = new arrow.Table({
    id: arrow.vectorFromArray(
      all.map(([id]) => id as string),
      new arrow.Utf8(),
    ),
    name: arrow.vectorFromArray(
      all.map(([, name]) => name as string),
      new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()),
    ),
    amount: arrow.vectorFromArray(
      all.map(([, , amount]) => Number(amount)),
      new arrow.Float64(),
    ),
  })
  const csv = (name: string, more: string, sound: Buffer): Kind => ({
    name,
    format: `{type: csv, ${more}}`,
    sound,
    records: 24,
  })
  const xlsx = workbook({
    S: [
      ['id', 'name', 'amount'],
      ...all.map(([id, name, amount]) => [id as string, name as string, Number(amount)]),
    ],
  })
  return [
    csv('csv utf-8', 'encoding: utf-8', Buffer.from(csvText(all))),
    csv(
      'csv utf-8 bom crlf',
      'encoding: auto',
      Buffer.from(`\uFEFF${csvText(all).replaceAll('\n', '\r\n')}`),
    ),
    csv('csv utf-16le', 'encoding: utf-16le', Buffer.from(csvText(all), 'utf16le')),
    csv('csv gbk', 'encoding: gbk', encode(csvText(eastern), 'gb18030')),
    csv('csv auto gb18030', 'encoding: auto', encode(csvText(eastern), 'gb18030')),
    csv('csv big5', 'encoding: big5', encode(csvText(eastern).replaceAll('张伟', '張偉'), 'big5')),
    csv('csv shift-jis', 'encoding: shift-jis', encode(csvText(kanji), 'shift_jis')),
    csv('csv latin1', 'encoding: latin1', encode(csvText(western), 'windows-1252')),
    csv('csv gzip', 'header: find', gzipSync(csvText(all))),
    csv('csv zip', "member: '*.csv'", zip({ 'a.csv': csvText(all) }, { deflate: true })),
    {
      ...csv(
        'csv unquoted',
        "quote: '', header: false",
        Buffer.from(
          all
            .map((row) => row.join('|').replaceAll('\n', ' '))
            .join('\n')
            .replaceAll('|', '\t'),
        ),
      ),
      format: '{type: csv, quote: \'\', delimiter: "\\t", header: false}',
    },
    { name: 'fixed', format: '{type: fixed}', sound: Buffer.from(fixedText(all)), records: 24, count: lines },
    {
      name: 'fixed gbk bytes',
      format: '{type: fixed, encoding: gbk, unit: bytes, pad: true}',
      sound: encode(fixedText(eastern), 'gb18030'),
      records: 24,
      count: lines,
    },
    {
      name: 'json',
      format: '{type: json, records: data.items}',
      sound: Buffer.from(JSON.stringify({ n: 1, data: { items: objects } }, null, 1)),
      records: 24,
    },
    {
      name: 'ndjson',
      format: '{type: ndjson}',
      sound: Buffer.from(objects.map((one) => JSON.stringify(one)).join('\n')),
      records: 24,
      count: ndjsonLines,
    },
    { name: 'parquet', format: '{type: parquet}', sound: await readFile(parquet), records: 24 },
    {
      name: 'arrow file',
      format: '{type: arrow}',
      sound: Buffer.from(arrow.tableToIPC(table, 'file')),
      records: 24,
    },
    {
      name: 'arrow stream',
      format: '{type: arrow}',
      sound: Buffer.from(arrow.tableToIPC(table, 'stream')),
      records: 24,
    },
    { name: 'xlsx', format: '{type: xlsx}', sound: xlsx, records: 24 },
  ]
}

/** Numbers from 0 to 1 that the seed decides (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const pieces = [
  '"',
  ',',
  '\n',
  '\r',
  '\r\n',
  '\0',
  '\t',
  ' ',
  '""',
  '{',
  '}',
  '[',
  ']',
  ':',
  '\\',
  '<',
  '>',
  '&',
  '\xff',
  '\x80',
  '\xfe\xff',
  '9',
  '-1',
]

/** Cuts, inserts, overwrites, doubles and swaps parts of a file. */
export function mutate(sound: Buffer, next: () => number): Buffer {
  let bytes = sound
  const times = 1 + Math.floor(next() * 4)
  for (let i = 0; i < times; i++) {
    const at = Math.floor(next() * (bytes.length + 1))
    const length = Math.floor(next() ** 3 * Math.min(400, bytes.length))
    const [before, part, after] = [
      bytes.subarray(0, at),
      bytes.subarray(at, at + length),
      bytes.subarray(at + length),
    ]
    const ways = [
      () => Buffer.concat([before, after]),
      () => before,
      () =>
        Buffer.concat([
          before,
          Buffer.from(pieces[Math.floor(next() * pieces.length)] as string, 'latin1'),
          part,
          after,
        ]),
      () =>
        Buffer.concat([
          before,
          Buffer.from(part.map((byte) => (next() < 0.1 ? Math.floor(next() * 256) : byte))),
          after,
        ]),
      () => Buffer.concat([before, part, part, after]),
      () => Buffer.concat([after, part, before]),
      () => Buffer.concat([before, Buffer.alloc(length), after]),
    ]
    bytes = (ways[Math.floor(next() * ways.length)] as () => Buffer)()
  }
  return bytes
}

const table = 'people'
const contract = (format: string) => `
kind: files
tables:
  ${table}:
    path: input/file
    format: ${format}
    columns:
      id: {type: VARCHAR, width: 4, optional: true}
      name: {type: VARCHAR, width: 10, optional: true}
      amount: {type: VARCHAR, width: 6, optional: true}
`

export interface Outcome {
  /** refused: a ClienteleError, nothing landed; landed: rows and rejects. */
  kind: 'refused' | 'landed'
  rows: number
  rejects: number
  /** What is wrong with how the product behaved; none is wanted. */
  wrong: string[]
}

const limitMs = 20_000

/** Lands one file through the front door and judges what became of it. */
export async function judge(db: Db, kind: Kind, bytes: Buffer): Promise<Outcome> {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-fuzz-'))
  try {
    for (const folder of ['input', 'sources']) await mkdir(join(dir, folder))
    await writeFile(
      join(dir, 'clientele.config.ts'),
      "export default { name: 'fuzz', title: 'Fuzz', timeZone: 'UTC', reportingCurrency: 'GBP', asOf: '2024-03-01', threads: 1 }\n",
    )
    await writeFile(join(dir, 'sources/fuzz.yaml'), contract(kind.format))
    await writeFile(join(dir, 'input/file'), bytes)
    return await landAndJudge(db, dir, kind, bytes)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function landAndJudge(db: Db, dir: string, kind: Kind, bytes: Buffer): Promise<Outcome> {
  const ctx = {
    project: await openProject(dir),
    asOf: '2024-03-01',
    clock: () => new Date(0),
    log: silent,
    env: {},
  }
  const outcome: Outcome = { kind: 'landed', rows: 0, rejects: 0, wrong: [] }
  const limit = setTimeout(() => {
    process.stderr.write(`${kind.name}: no end after ${limitMs} ms\n`)
    process.exit(1)
  }, limitMs)
  try {
    await extract(ctx)
  } catch (error) {
    outcome.kind = 'refused'
    if (!(error instanceof ClienteleError)) outcome.wrong.push(`${(error as Error).stack}`)
  } finally {
    clearTimeout(limit)
  }
  const loads = await standingLoads(ctx.project, 'fuzz', table)
  if (outcome.kind === 'refused' && loads.length > 0) outcome.wrong.push('refused, and yet something landed')
  const [load] = loads
  if (!load) return outcome
  outcome.rows = load.rows
  outcome.rejects = load.rejects
  const counted = await positions(db, load.dir, load.rejects > 0)
  if (load.delivered !== load.rows + load.rejects || load.delivered !== counted.records)
    outcome.wrong.push(
      `delivered ${load.delivered}, rows ${load.rows}, rejects ${load.rejects}, found ${counted.records}`,
    )
  if (
    counted.records > 0 &&
    (counted.first !== 1 || counted.last !== counted.records || counted.distinct !== counted.records)
  )
    outcome.wrong.push(`positions ${JSON.stringify(counted)}`)
  const expected = kind.count?.(bytes)
  if (expected !== undefined && expected !== load.delivered)
    outcome.wrong.push(`delivered ${load.delivered} of ${expected}`)
  return outcome
}

async function positions(db: Db, dir: string, rejects: boolean) {
  const rows = `select * from read_parquet('${dir}/rows.parquet', file_row_number = true)`
  const [columns] = await db.rows<{ n: number }>(
    `select count(*) as n from (describe ${rows}) where column_name = '_row'`,
  )
  const row = columns?.n === 1 ? '_row' : 'file_row_number + 1'
  const more = rejects ? `union all select _row from read_parquet('${dir}/rejects.parquet')` : ''
  const [counts] = await db.rows<{ records: number; first: number; last: number; distinct: number }>(
    `select count(*) as records, min(p) as first, max(p) as last, count(distinct p) as distinct
     from (select ${row} as p from (${rows}) ${more})`,
  )
  return counts as NonNullable<typeof counts>
}

/** Mutates every kind in turn; returns what went wrong, with what is needed to see it again. */
export async function fuzz(files: number, seed: number, say: (text: string) => void = () => undefined) {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-kinds-'))
  const db = await openDatabase(':memory:', { threads: 1 })
  const seen = new Map<string, { landed: number; refused: number; rejects: number }>()
  const wrong: { kind: string; seed: number; what: string }[] = []
  try {
    const all = await kinds(db, dir)
    for (let i = 0; i < files; i++) {
      const kind = all[i % all.length] as Kind
      const bytes = mutate(kind.sound, seeded(seed + i))
      const outcome = await judge(db, kind, bytes)
      const counts = seen.get(kind.name) ?? { landed: 0, refused: 0, rejects: 0 }
      counts[outcome.kind] += 1
      counts.rejects += outcome.rejects
      seen.set(kind.name, counts)
      wrong.push(...outcome.wrong.map((what) => ({ kind: kind.name, seed: seed + i, what })))
      if ((i + 1) % 500 === 0) say(`${i + 1} of ${files}, wrong: ${wrong.length}`)
    }
    return { seen, wrong }
  } finally {
    db.close()
    await rm(dir, { recursive: true, force: true })
  }
}

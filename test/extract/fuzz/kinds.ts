import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import * as arrow from 'apache-arrow'
import type { Db } from '../../../pipelines/duckdb.ts'
import { encode } from '../encode.ts'
import { lz4Feather } from '../feather.ts'
import { rawWorkbook, workbook } from '../workbook.ts'
import { zip } from '../zip.ts'
import {
  csvText,
  fixedText,
  lines,
  ndjsonLines,
  nestedTable,
  objectsOf,
  plainTable,
  rowsOf,
  tabText,
} from './records.ts'

/** A kind of file that is mutated. */
export interface Kind {
  name: string
  /** As the contract writes it. */
  format: string
  /** What is mutated: a whole file, or what `wrap` packs into one. */
  sound: Buffer
  wrap?: (inside: Buffer) => Buffer
  /** Counts the records of a mutated file another way than the product does; undefined where no other way is sure. */
  count?: (bytes: Buffer) => number
}

/** How many records each sound file has. */
export const soundRecords = 24

const all = rowsOf(soundRecords)

/** One sound file of every format and encoding. */
export async function kinds(db: Db, dir: string): Promise<Kind[]> {
  return [...delimited(), ...lined(), ...(await parquet(db, dir)), ...arrows(), ...workbooks()]
}

function delimited(): Kind[] {
  const csv = (name: string, more: string, sound: Buffer): Kind => ({
    name: `csv ${name}`,
    format: `{type: csv, ${more}}`,
    sound,
  })
  const eastern = csvText(rowsOf(soundRecords, (text) => text !== 'Zoë'))
  const western = csvText(rowsOf(soundRecords, (text) => !/[一-鿿]/.test(text)))
  const kanji = csvText(rowsOf(soundRecords, (text) => !/[ë伟娜]/.test(text)))
  const text = Buffer.from(csvText(all))
  return [
    csv('utf-8', 'encoding: utf-8', text),
    csv('utf-8 bom crlf', 'encoding: auto', Buffer.from(`\uFEFF${csvText(all).replaceAll('\n', '\r\n')}`)),
    csv('utf-16le', 'encoding: utf-16le', Buffer.from(csvText(all), 'utf16le')),
    csv('gbk', 'encoding: gbk', encode(eastern, 'gb18030')),
    csv('auto gb18030', 'encoding: auto', encode(eastern, 'gb18030')),
    csv('big5', 'encoding: big5', encode(eastern.replaceAll('张伟', '張偉'), 'big5')),
    csv('shift-jis', 'encoding: shift-jis', encode(kanji, 'shift_jis')),
    csv('latin1', 'encoding: latin1', encode(western, 'windows-1252')),
    csv('gzip', 'header: find', gzipSync(text)),
    { ...csv('in gzip', 'encoding: auto', text), wrap: (inside) => gzipSync(inside) },
    csv('zip', "member: '*.csv'", zip({ 'a.csv': text }, { deflate: true })),
    csv('zip64', "member: '*.csv'", zip({ 'a.csv': text }, { zip64: true })),
    csv('unquoted', 'quote: \'\', delimiter: "\\t", header: false', Buffer.from(tabText(all))),
  ]
}

function lined(): Kind[] {
  const objects = objectsOf(all)
  const eastern = rowsOf(soundRecords, (text) => text !== 'Zoë')
  return [
    { name: 'fixed', format: '{type: fixed}', sound: Buffer.from(fixedText(all)), count: lines },
    {
      name: 'fixed gbk bytes',
      format: '{type: fixed, encoding: gbk, unit: bytes, pad: true}',
      sound: encode(fixedText(eastern), 'gb18030'),
      count: lines,
    },
    {
      name: 'json',
      format: '{type: json, records: data.items}',
      sound: Buffer.from(JSON.stringify({ n: 1, data: { items: objects } }, null, 1)),
    },
    {
      name: 'ndjson',
      format: '{type: ndjson}',
      sound: Buffer.from(objects.map((one) => JSON.stringify(one)).join('\n')),
      count: ndjsonLines,
    },
  ]
}

async function parquet(db: Db, dir: string): Promise<Kind[]> {
  const made: Kind[] = []
  const ways = { parquet: '', 'parquet zstd': ', compression zstd, parquet_version v2, row_group_size 10' }
  for (const [name, options] of Object.entries(ways)) {
    const path = join(dir, 'sound.parquet')
    await db.run(
      `copy (select i::varchar as id, 'n' || i % 5 as name, i * 1.5 as amount, {'a': i, 'l': [i]} as nested, i % 2 = 0 as ok
       from range(${soundRecords}) t(i)) to '${path}' (format parquet${options})`,
    )
    made.push({ name, format: '{type: parquet}', sound: await readFile(path) })
  }
  return made
}

function arrows(): Kind[] {
  arrow.compressionRegistry.set(arrow.CompressionType.ZSTD, { encode: (data) => zstdCompressSync(data) })
  const packed = new arrow.RecordBatchFileWriter({ compressionType: arrow.CompressionType.ZSTD })
  const sounds = {
    file: arrow.tableToIPC(plainTable(all), 'file'),
    stream: arrow.tableToIPC(plainTable(all), 'stream'),
    nested: arrow.tableToIPC(nestedTable(all), 'stream'),
    zstd: packed.writeAll(nestedTable(all)).finish().toUint8Array(true),
    lz4: lz4Feather,
  }
  return Object.entries(sounds).map(([name, sound]) => ({
    name: `arrow ${name}`,
    format: '{type: arrow}',
    sound: Buffer.from(sound),
  }))
}

function workbooks(): Kind[] {
  const cells = all.map(([id, name, amount]) => [id as string, name as string, Number(amount)])
  const whole = workbook({ S: [['id', 'name', 'amount'], ...cells] })
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const texts = ['id', 'name', 'amount', ...all.map(([, name]) => name as string)]
  const strings = texts.map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join('')
  const shared = (row: number, ...places: number[]) =>
    `<row r="${row}">${places.map((place) => `<c t="s"><v>${place}</v></c>`).join('')}</row>`
  const rows = `${shared(1, 0, 1, 2)}${all.map((_, i) => shared(i + 2, i + 3, i + 3, 2)).join('')}`
  const format = '{type: xlsx}'
  return [
    { name: 'xlsx', format, sound: whole },
    {
      name: 'xlsx sheet',
      format,
      sound: Buffer.from(rows),
      wrap: (inside) => rawWorkbook({ rows: inside.toString(), strings }),
    },
    {
      name: 'xlsx strings',
      format,
      sound: Buffer.from(strings),
      wrap: (inside) => rawWorkbook({ rows, strings: inside.toString() }),
    },
  ]
}

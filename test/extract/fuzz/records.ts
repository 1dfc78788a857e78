import * as arrow from 'apache-arrow'

/** What the sound files hold: an id, a name, an amount. */
export type Rows = string[][]

const names = ['Ann', 'Bo, "B"', '张伟', '', 'Zoë', "O'Hara\nJr", '李娜', ' x ']

export function rowsOf(count: number, letters: (text: string) => boolean = () => true): Rows {
  const known = names.filter(letters)
  return Array.from({ length: count }, (_, i) => [
    String(i + 1),
    known[i % known.length] as string,
    `${(i * 7) % 100}.5`,
  ])
}

const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

export const csvText = (rows: Rows): string =>
  ['id,name,amount', ...rows.map((row) => row.map(quoted).join(','))].join('\n')

export const fixedText = (rows: Rows): string =>
  rows
    .map(
      ([id = '', name = '', amount = '']) =>
        `${id.padEnd(4)}${name.replaceAll('\n', ' ').padEnd(10)}${amount.padEnd(6)}`,
    )
    .join('\n')

export const tabText = (rows: Rows): string =>
  rows
    .map((row) => row.join('|').replaceAll('\n', ' '))
    .join('\n')
    .replaceAll('|', '\t')

export const objectsOf = (rows: Rows) =>
  rows.map(([id, name, amount]) => ({ id, name, amount: Number(amount), at: { city: name } }))

export function plainTable(rows: Rows): arrow.Table {
  const column = (i: number) => rows.map((row) => row[i] as string)
  return new arrow.Table({
    id: arrow.vectorFromArray(column(0), new arrow.Utf8()),
    name: arrow.vectorFromArray(column(1), new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())),
    amount: arrow.vectorFromArray(column(2).map(Number), new arrow.Float64()),
  })
}

/** Columns of every make: nested, of fixed length, of bits, with nulls. */
export function nestedTable(rows: Rows): arrow.Table {
  const vector = arrow.vectorFromArray
  const item = new arrow.Field('item', new arrow.Utf8())
  return new arrow.Table({
    id: vector(
      rows.map(([id]) => BigInt(id as string)),
      new arrow.Int64(),
    ),
    tags: vector(
      rows.map(([id, name]) => (Number(id) % 4 === 0 ? null : [name as string, 'x'])),
      new arrow.List(item),
    ),
    at: vector(
      rows.map(([id, city]) => ({ city, n: Number(id) })),
      new arrow.Struct<{ city: arrow.Utf8; n: arrow.Int16 }>([
        new arrow.Field('city', new arrow.Utf8()),
        new arrow.Field('n', new arrow.Int16()),
      ]),
    ),
    ok: vector(
      rows.map(([id]) => Number(id) % 3 === 0),
      new arrow.Bool(),
    ),
    amount: vector(
      rows.map(([id]) => Uint32Array.of(Number(id), 0, 0, 0)),
      new arrow.Decimal(2, 12),
    ),
    seen: vector(
      rows.map(([id]) => Number(id) * 1000),
      new arrow.TimestampMillisecond('UTC'),
    ),
  })
}

/** Lines of bytes that are not empty, but for carriage returns. */
export const lines = (bytes: Buffer): number => linesOf(bytes).filter((line) => line !== '').length

/** The same for NDJSON, where a line of blanks is none. */
export const ndjsonLines = (bytes: Buffer): number =>
  linesOf(bytes).filter((line) => [...line].some((letter) => letter > ' ')).length

const linesOf = (bytes: Buffer): string[] =>
  bytes
    .toString('latin1')
    .replace(/^\xEF\xBB\xBF/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))

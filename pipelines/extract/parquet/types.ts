import { Booleans, type Column, Fixed, Texts } from './column.ts'
import { boolean, type Fields, int8, int32, struct } from './thrift.ts'

/** How the values of a type stand in a file. */
export interface Layout {
  /** The format's number of the physical type. */
  physical: number
  /** Bytes of a value, where the physical type does not say it. */
  width?: number
  encoding: number
  /** What the values mean: fields of the column's description. */
  meaning: Fields
  column(): Column
}

export interface NamedLayout {
  name: string
  layout: Layout
}

const physical = { boolean: 0, int32: 1, int64: 2, float: 4, double: 5, bytes: 6, fixed: 7 }
const encodings = { plain: 0, lengths: 6 }

const fixed = (kind: number, width: number, meaning: Fields = {}): Layout => ({
  physical: kind,
  encoding: encodings.plain,
  meaning,
  column: () => new Fixed(width),
})

const wide = (meaning: Fields): Layout => ({ ...fixed(physical.fixed, 16, meaning), width: 16 })

/** Fields of a description: the older word for the meaning, scale, precision, and the newer one. */
const meant = (older: number | undefined, newer: Fields, more: Fields = {}): Fields => ({
  6: older === undefined ? undefined : int32(older),
  ...more,
  10: struct(newer),
})

const micros = (inUtc: boolean): Fields => ({ 1: boolean(inUtc), 2: struct({ 2: struct({}) }) })

const layouts: Record<string, Layout> = {
  BOOLEAN: {
    physical: physical.boolean,
    encoding: encodings.plain,
    meaning: {},
    column: () => new Booleans(),
  },
  SMALLINT: fixed(physical.int32, 4, meant(16, { 10: struct({ 1: int8(16), 2: boolean(true) }) })),
  INTEGER: fixed(physical.int32, 4),
  BIGINT: fixed(physical.int64, 8),
  UBIGINT: fixed(physical.int64, 8, meant(14, { 10: struct({ 1: int8(64), 2: boolean(false) }) })),
  FLOAT: fixed(physical.float, 4),
  DOUBLE: fixed(physical.double, 8),
  DATE: fixed(physical.int32, 4, meant(6, { 6: struct({}) })),
  TIME: fixed(physical.int64, 8, meant(undefined, { 7: struct(micros(false)) })),
  TIMESTAMP: fixed(physical.int64, 8, meant(undefined, { 8: struct(micros(false)) })),
  TIMESTAMPTZ: fixed(physical.int64, 8, meant(10, { 8: struct(micros(true)) })),
  UUID: wide(meant(undefined, { 14: struct({}) })),
  VARCHAR: {
    physical: physical.bytes,
    encoding: encodings.lengths,
    meaning: meant(0, { 1: struct({}) }),
    column: () => new Texts(),
  },
}

/** How the engine's type stands in a file; throws for one that no source has. */
function layoutOf(type: string): Layout {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type)
  const layout = decimal ? decimalLayout(Number(decimal[1]), Number(decimal[2])) : layouts[type]
  if (layout === undefined) throw new TypeError(`no column of type ${type} can be written`)
  return layout
}

export const namedLayouts = (columns: { name: string; type: string }[]): NamedLayout[] =>
  columns.map(({ name, type }) => ({ name, layout: layoutOf(type) }))

function decimalLayout(precision: number, scale: number): Layout {
  const more = { 7: int32(scale), 8: int32(precision) }
  const meaning = meant(5, { 5: struct({ 1: int32(scale), 2: int32(precision) }) }, more)
  if (precision > 18) return wide(meaning)
  return precision > 9 ? fixed(physical.int64, 8, meaning) : fixed(physical.int32, 4, meaning)
}

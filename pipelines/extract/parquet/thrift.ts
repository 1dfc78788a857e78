/** Values of Thrift's compact protocol, in which the descriptions inside a Parquet file are written. */
export type Field =
  | { kind: 'integer'; value: number; bits: 8 | 32 | 64 }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'text'; value: string }
  | { kind: 'list'; values: Field[] }
  | { kind: 'struct'; fields: Fields }

/** The fields of a struct by number; those that are undefined are left out. */
export type Fields = Record<number, Field | undefined>

export const int8 = (value: number): Field => ({ kind: 'integer', value, bits: 8 })
export const int32 = (value: number): Field => ({ kind: 'integer', value, bits: 32 })
export const int64 = (value: number): Field => ({ kind: 'integer', value, bits: 64 })
export const boolean = (value: boolean): Field => ({ kind: 'boolean', value })
export const text = (value: string): Field => ({ kind: 'text', value })
export const list = (values: Field[]): Field => ({ kind: 'list', values })
export const struct = (fields: Fields): Field => ({ kind: 'struct', fields })

/** A struct as bytes. */
export function thrift(fields: Fields): Buffer {
  const bytes: number[] = []
  writeFields(bytes, fields)
  return Buffer.from(bytes)
}

const integerTypes = { 8: 3, 32: 5, 64: 6 }

function typeOf(field: Field): number {
  if (field.kind === 'integer') return integerTypes[field.bits]
  if (field.kind === 'boolean') return field.value ? 1 : 2
  return { text: 8, list: 9, struct: 12 }[field.kind]
}

function writeFields(bytes: number[], fields: Fields): void {
  let last = 0
  for (const [key, field] of Object.entries(fields)) {
    if (field === undefined) continue
    const number = Number(key)
    bytes.push(((number - last) << 4) | typeOf(field))
    last = number
    // A boolean is told by its type.
    if (field.kind !== 'boolean') writeValue(bytes, field)
  }
  bytes.push(0)
}

function writeValue(bytes: number[], field: Field): void {
  if (field.kind === 'integer') writeInteger(bytes, field)
  else if (field.kind === 'struct') writeFields(bytes, field.fields)
  else if (field.kind === 'text') {
    const encoded = Buffer.from(field.value)
    varint(bytes, encoded.length)
    bytes.push(...encoded)
  } else if (field.kind === 'list') writeList(bytes, field.values)
}

function writeInteger(bytes: number[], { value, bits }: { value: number; bits: number }): void {
  if (bits === 8) bytes.push(value & 0xff)
  else varint(bytes, value < 0 ? -value * 2 - 1 : value * 2)
}

function writeList(bytes: number[], values: Field[]): void {
  const type = values[0] === undefined ? 12 : typeOf(values[0])
  if (values.length < 15) bytes.push((values.length << 4) | type)
  else {
    bytes.push(0xf0 | type)
    varint(bytes, values.length)
  }
  for (const value of values) writeValue(bytes, value)
}

/** Seven bits a byte, the lowest first; without bit operations, as lengths may go past 32 bits. */
export function varint(bytes: number[], value: number): void {
  let left = value
  while (left >= 0x80) {
    bytes.push((left % 0x80) | 0x80)
    left = Math.floor(left / 0x80)
  }
  bytes.push(left)
}

import { type Data, type RecordBatchReader, Type } from 'apache-arrow'

/** What the head of a batch says of it. */
interface Head {
  length: number
}

/** How the library makes the columns of a batch, the same for packed and plain ones. */
type MakeColumns = (head: Head, body: Uint8Array, types: unknown) => Data[]

interface Insides {
  _loadVectors: MakeColumns
  _loadCompressedVectors: MakeColumns
}

/** A batch of columns that hold nothing can claim any number of rows. */
const mostRowsOfNothing = 1_000_000

/**
 * Has a reader look at the columns of each batch before it believes what the head says of their length: it would fill
 * them up with nulls to whatever number stands there, and read what lies outside a column as nothing.
 */
export function checkColumns(reader: RecordBatchReader): void {
  const insides = (reader as unknown as { _impl: Insides })._impl
  for (const name of ['_loadVectors', '_loadCompressedVectors'] as const) {
    const make = insides[name].bind(insides)
    insides[name] = (head, body, types) => {
      const columns = make(head, body, types)
      checkBatch(head, columns)
      return columns
    }
  }
}

function checkBatch({ length }: Head, columns: Data[]): void {
  const bytes = columns.reduce((sum, { byteLength }) => sum + byteLength, 0)
  if (length > Math.max(mostRowsOfNothing, 8 * bytes))
    throw new RangeError('a batch is longer than its bytes')
  for (const column of columns) {
    if (column.length !== length) throw new RangeError('columns of different length')
    checkData(column)
  }
}

/** Throws where a column is longer than what it holds, or leads outside of it. */
function checkData(data: Data): void {
  const { length, type, nullBitmap, valueOffsets, values, typeIds, children } = data
  if (length === 0 || type.typeId === Type.Null) return
  const nulls = (data as unknown as { _nullCount: number })._nullCount
  if (nulls > length || (nulls > 0 && 8 * (nullBitmap?.length ?? 0) < length)) throw tooShort()
  if (typeIds && typeIds.length < length) throw tooShort()
  if (valueOffsets) checkOffsets(data, values?.length ?? children[0]?.length ?? 0)
  else if (values && values.length < heldPerRow(data) * length) throw tooShort()
  if (type.typeId === Type.Dictionary) checkIndices(data)
  const each = type.typeId === Type.FixedSizeList ? data.stride : 1
  for (const child of children) {
    if (!valueOffsets && child.length < each * length) throw tooShort()
    checkData(child)
  }
}

/** Values a row takes; truths are bits. */
const heldPerRow = ({ type, stride }: Data): number => (type.typeId === Type.Bool ? 1 / 8 : stride)

/** Offsets go up, and end within what they lead to. Those of a union lead to one row each, of whichever child. */
function checkOffsets({ length, type, valueOffsets, children, typeIds }: Data, held: number): void {
  if (type.typeId === Type.Union || type.typeId === Type.DenseUnion) {
    const longest = Math.max(0, ...children.map((child) => child.length))
    for (let row = 0; row < length; row++)
      if (!(Number(valueOffsets[row]) < longest) || (typeIds[row] as number) < 0) throw outside()
    return
  }
  if (valueOffsets.length <= length) throw tooShort()
  let before = 0
  for (let row = 0; row <= length; row++) {
    const offset = Number(valueOffsets[row])
    if (offset < before) throw outside()
    before = offset
  }
  if (before > held) throw outside()
}

/** Each row names an entry that is there. */
function checkIndices(data: Data): void {
  const entries = data.dictionary?.length ?? 0
  for (let row = 0; row < data.length; row++) {
    const index = Number(data.values[row])
    if ((index < 0 || index >= entries) && data.getValid(row)) throw outside()
  }
}

const tooShort = (): RangeError => new RangeError('a column is longer than what it holds')
const outside = (): RangeError => new RangeError('a column leads outside of what it holds')

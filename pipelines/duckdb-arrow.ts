import {
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBResult,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api'
import * as arrow from 'apache-arrow'
import type { Cell } from './duckdb.ts'
import { realVector, textVector } from './vectors.ts'

const integers = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
])
const reals = new Set([
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.DECIMAL,
])

/** A result as columns; `plain` makes a JavaScript value of an engine's. */
export async function toArrow(
  result: DuckDBResult,
  plain: (value: DuckDBValue) => Cell,
): Promise<arrow.Table> {
  const [names, types] = [result.columnNames(), result.columnTypes()]
  const chunks = await result.fetchAllChunks()
  const column = (name: string, i: number) => {
    const type = types[i] as DuckDBType
    return [name, numbersOf(chunks, i, type) ?? toVector(cellsOf(chunks, i).map(plain), type)] as const
  }
  return new arrow.Table(Object.fromEntries(names.map(column)))
}

/** A column of numbers, none of them boxed: there can be millions. Null for other types, and where one is missing. */
function numbersOf(
  chunks: readonly DuckDBDataChunk[],
  column: number,
  { typeId }: DuckDBType,
): arrow.Vector | null {
  if (typeId !== DuckDBTypeId.DOUBLE && typeId !== DuckDBTypeId.INTEGER) return null
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0)
  const numbers = typeId === DuckDBTypeId.DOUBLE ? new Float64Array(rows) : new Int32Array(rows)
  let row = 0
  for (const chunk of chunks) {
    const vector = chunk.getColumnVector(column)
    for (let i = 0; i < vector.itemCount; i += 1) {
      const value = vector.getItem(i) as number | null
      if (value === null) return null
      numbers[row] = value
      row += 1
    }
  }
  return numbers instanceof Float64Array ? arrow.makeVector(numbers) : arrow.makeVector(numbers)
}

function cellsOf(chunks: readonly DuckDBDataChunk[], column: number): DuckDBValue[] {
  const cells: DuckDBValue[] = []
  for (const chunk of chunks) chunk.appendColumnValues(column, cells)
  return cells
}

function toVector(cells: Cell[], { typeId }: DuckDBType): arrow.Vector {
  if (integers.has(typeId)) return arrow.vectorFromArray(cells as number[], new arrow.Int32())
  if (reals.has(typeId)) return realVector(arrow, cells as (number | null)[])
  if (typeId === DuckDBTypeId.BOOLEAN) return arrow.vectorFromArray(cells as boolean[], new arrow.Bool())
  return textVector(
    arrow,
    cells.map((cell) => (cell === null ? null : String(cell))),
  )
}

/** Rows moved to the engine at once: its own vector size. */
const chunkRows = 2048

/** Appends an Arrow table to an existing table, by position. */
export async function append(connection: DuckDBConnection, table: string, data: arrow.Table): Promise<void> {
  const [schema, name] = table.includes('.') ? table.split('.', 2) : [undefined, table]
  const appender = await connection.createAppender(name as string, schema)
  const types = data.schema.fields.map((_, i) => appender.columnType(i))
  const cells = types.map((type, i) => cellReader(data.getChildAt(i) as arrow.Vector, type))
  for (let start = 0; start < data.numRows; start += chunkRows) {
    const rows = Math.min(chunkRows, data.numRows - start)
    const chunk = DuckDBDataChunk.create(types, rows)
    for (const [i, read] of cells.entries()) chunk.setColumnValues(i, read(start, start + rows))
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
}

/** Reads a stretch of a column; plain numbers are read where they lie. */
function cellReader(
  vector: arrow.Vector,
  type: DuckDBType,
): (from: number, to: number) => readonly DuckDBValue[] {
  const [part] = vector.data
  const { typeId } = type
  if (
    vector.data.length === 1 &&
    vector.nullCount === 0 &&
    ((typeId === DuckDBTypeId.DOUBLE && part?.values instanceof Float64Array) ||
      (typeId === DuckDBTypeId.INTEGER && part?.values instanceof Int32Array))
  ) {
    const numbers: Float64Array | Int32Array = part.values
    // The engine's own reads them by position: a copy of them as an array would cost more than all the rest.
    return (from, to) => numbers.subarray(from, to) as unknown as readonly DuckDBValue[]
  }
  return (from, to) => Array.from(vector.slice(from, to), (value) => toEngine(value, type))
}

function toEngine(value: unknown, { typeId }: DuckDBType): DuckDBValue {
  if (value === null || value === undefined) return null
  if (typeId === DuckDBTypeId.BIGINT) return BigInt(value as number)
  return value as DuckDBValue
}

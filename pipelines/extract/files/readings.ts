import type { Contract, Format } from '../../contract.ts'
import type { Db } from '../../duckdb.ts'
import type { Delivery } from '../delivery.ts'
import { readCsv } from './csv.ts'
import { readFixed } from './fixed.ts'
import { readJson } from './json.ts'
import { readParquet } from './parquet.ts'

/** A file opened for reading: its columns, and the ways to its records. */
export type Readings = Pick<Delivery, 'columns' | 'split' | 'sound' | 'parted'> & {
  /** What was found out about the file and people should know. */
  notes?: string[]
  /** The same, where it is known only when all of it has been read. */
  notesAfter?: () => string[]
  /** The encoding, where it was detected. */
  encoding?: string
}

/** Reads a delivered file by its format. `dir` is a hidden folder for copies. */
export type Reader = (contract: Contract, format: Format, path: string, dir: string) => Promise<Readings>

const readers: Record<Exclude<Format['type'], 'parquet'>, Reader> = {
  csv: readCsv,
  fixed: readFixed,
  json: readJson,
  ndjson: readJson,
  // Few deliveries are one of these, and what reads them takes long to load.
  arrow: async (...given) => (await import('./arrow.ts')).readArrow(...given),
  xlsx: async (...given) => (await import('./xlsx.ts')).readXlsx(...given),
}

export function openReadings(db: Db, contract: Contract, format: Format, path: string, dir: string) {
  return format.type === 'parquet'
    ? readParquet(db, path, dir)
    : readers[format.type](contract, format, path, dir)
}

import { renameSync, rmSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

/** A table to write: its columns as SQLite declares them, and its rows in the order of the columns. */
export interface Table {
  name: string
  columns: readonly string[]
  rows: Iterable<readonly SQLInputValue[]>
}

/** Where tables go, one after the other. */
export interface Sink {
  begin(name: string, columns: readonly string[]): void
  /** Whole rows of the table that was begun last, value after value. */
  add(values: readonly SQLInputValue[]): void
  /** Makes the database appear under its name. Returns the rows written. */
  finish(): number
  /** Gives up: nothing appears. */
  abandon(): void
}

/** Rows that one statement inserts: fewer calls into SQLite, a third less time. */
const rowsAtOnce = 64
/** Rows that are handed over together. */
const rowsPerHand = 16 * rowsAtOnce

/** Writes a SQLite database. The same tables give the same bytes. Returns the rows written. */
export function writeDatabase(path: string, tables: readonly Table[]): number {
  const sink = openSink(path)
  try {
    for (const table of tables) pour(table, sink)
    return sink.finish()
  } catch (error) {
    sink.abandon()
    throw error
  }
}

/** Hands a table over, many rows at a time. */
export function pour({ name, columns, rows }: Table, sink: Sink): void {
  sink.begin(name, columns)
  const batch: SQLInputValue[] = Array(rowsPerHand * columns.length).fill(null)
  let filled = 0
  for (const row of rows) {
    for (const value of row) batch[filled++] = value
    if (filled < batch.length) continue
    sink.add(batch)
    filled = 0
  }
  if (filled > 0) sink.add(batch.slice(0, filled))
}

/**
 * A database that is written in one transaction, under a hidden name until it is whole: a killed run leaves nothing
 * that could be taken for a database.
 */
export function openSink(path: string): Sink {
  const part = `${path}.part`
  rmSync(part, { force: true })
  const db = new DatabaseSync(part)
  // Nothing is kept of a file that is not finished, so it needs no journal and no waiting for the disk.
  db.exec(
    'pragma journal_mode = off; pragma synchronous = off; pragma locking_mode = exclusive; pragma cache_size = -64000; pragma page_size = 8192',
  )
  db.exec('begin')
  let written = 0
  let width = 1
  let insert: (values: readonly SQLInputValue[]) => void = () => {}
  return {
    begin(name, columns) {
      db.exec(`create table "${name}" (\n  ${columns.join(',\n  ')}\n)`)
      width = columns.length
      insert = insertInto(db, name, width)
    },
    add(values) {
      insert(values)
      written += values.length / width
    },
    finish() {
      db.exec('commit')
      db.close()
      renameSync(part, path)
      return written
    },
    abandon() {
      if (db.isOpen) db.close()
    },
  }
}

function insertInto(
  db: DatabaseSync,
  name: string,
  width: number,
): (values: readonly SQLInputValue[]) => void {
  const marks = `(${Array(width).fill('?').join(', ')})`
  const prepare = (count: number) =>
    db.prepare(`insert into "${name}" values ${Array(count).fill(marks).join(', ')}`)
  const many = prepare(rowsAtOnce)
  const full = rowsAtOnce * width
  return (values) => {
    let at = 0
    for (; at + full <= values.length; at += full) many.run(...values.slice(at, at + full))
    if (at < values.length) prepare((values.length - at) / width).run(...values.slice(at))
  }
}

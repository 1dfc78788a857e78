import { join } from 'node:path'
import { type RawBuilder, sql } from 'kysely'
import type { LandedLoad } from './landing.ts'

type Relation = RawBuilder<unknown>

export interface Typed {
  name: string
  type: string
}

/**
 * The rows of a load as delivered, with `_row`. What was landed whole holds no numbers of its own but those of its rows
 * as they stand: numbering rows while they are written would keep every core but one idle.
 */
export const landedRows = (load: LandedLoad): Relation => part(load, 'rows')

/** The records of a load that could not be split: line, reason, text, `_row`. */
export const landedRejects = (load: LandedLoad): Relation => part(load, 'rejects')

/** The keys that a load notes as gone. */
export const landedDeleted = (load: LandedLoad): Relation => part(load, 'deleted')

function part(load: LandedLoad, kind: 'rows' | 'rejects' | 'deleted'): Relation {
  const { dir, shared, loadId } = load
  if (!shared) {
    const own = sql.lit(join(dir, `${kind}.parquet`))
    if (kind !== 'rows' || load.numbered !== false) return sql`read_parquet(${own})`
    return sql`(select * exclude (file_row_number), file_row_number + 1 as _row
      from read_parquet(${own}, file_row_number = true))`
  }
  const file = kind === 'rejects' ? 'rejects.parquet' : shared[kind]
  return sql`(select * exclude (_load_id) from read_parquet(${sql.lit(join(dir, file))}) where _load_id = ${sql.lit(loadId)})`
}

/** The sequence of a load, out of its id. */
export const sequenceOf = (loadId: Relation): Relation => sql`cast(split_part(${loadId}, '-', 1) as integer)`

/** The rows of several loads with `_sequence`; columns by name, each of its widest type. */
export function allRows(loads: LandedLoad[]): Relation {
  const parts = loads
    .filter(({ shared }) => !shared)
    .map((load) => sql`select *, ${sql.lit(load.sequence)} as _sequence from ${landedRows(load)}`)
  for (const [file, ids] of bundledFiles(loads)) {
    const listed = sql.join(ids.map((id) => sql.lit(id)))
    parts.push(sql`select * exclude (_load_id), ${sequenceOf(sql`_load_id`)} as _sequence
      from read_parquet(${sql.lit(file)}) where _load_id in (${listed})`)
  }
  return sql.join(parts, sql` union all by name `)
}

/** Loads that share a file are read from it at once. */
function bundledFiles(loads: LandedLoad[]): Map<string, string[]> {
  const files = new Map<string, string[]>()
  for (const { dir, shared, loadId } of loads) {
    if (!shared) continue
    const file = join(dir, shared.rows)
    files.set(file, [...(files.get(file) ?? []), loadId])
  }
  return files
}

/** The rows of the last load that speaks of each key, unless that load says it is gone; with `_sequence`. */
export function currentState(loads: LandedLoad[], key: string[]): Relation {
  if (loads.length === 1) return allRows(loads)
  const keys = sql.join(key.map((name) => sql.id(name)))
  const gone = loads
    .filter(({ deleted }) => deleted > 0)
    .map((load) => sql`select ${keys}, ${sql.lit(load.sequence)} as _sequence from ${landedDeleted(load)}`)
  const spoken = sql.join(
    [sql`select ${keys}, _sequence from landed_rows`, ...gone],
    sql` union all by name `,
  )
  const same = sql.join(
    key.map((name) => sql`${sql.id('r', name)} is not distinct from ${sql.id('s', name)}`),
    sql` and `,
  )
  return sql`with landed_rows as (${allRows(loads)}),
    last_spoken as (select ${keys}, max(_sequence) as _sequence from (${spoken}) group by ${keys})
    select r.* from landed_rows as r join last_spoken as s on ${same} and r._sequence = s._sequence`
}

/** Columns of several deliveries by name; where their types differ, numbers or text. */
export function unionColumns(columns: Typed[]): Typed[] {
  const types = new Map<string, Set<string>>()
  for (const { name, type } of columns) types.set(name, (types.get(name) ?? new Set()).add(type))
  return [...types].map(([name, seen]) => ({ name, type: widest(seen) }))
}

function widest(types: Set<string>): string {
  const [first = 'VARCHAR', ...others] = types
  if (others.length === 0) return first
  const all = [...types]
  if (all.every((type) => /^(SMALL|BIG|)INT(EGER)?$/.test(type))) return 'BIGINT'
  return all.every((type) => /^((SMALL|BIG|)INT(EGER)?|DOUBLE|FLOAT)$/.test(type)) ? 'DOUBLE' : 'VARCHAR'
}

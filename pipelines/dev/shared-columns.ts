import { type RawBuilder, sql } from 'kysely'
import type { ColumnFacts } from './facts.ts'

type Sql = RawBuilder<unknown>

/** A column of both versions. */
export interface Shared {
  name: string
  before: string
  after: string
  masked: boolean
  /** Its names in the table of pairs. */
  was: Sql
  is: Sql
}

/** Columns that both versions have, in the order of the new one. */
export function sharedColumns(before: ColumnFacts[], after: ColumnFacts[]): Shared[] {
  return after.flatMap(({ name, type, pii }, i) => {
    const old = before.find((column) => column.name === name)
    if (!old) return []
    const masked = pii !== null || old.pii !== null
    return [{ name, before: old.type, after: type, masked, was: sql.id(`b${i}`), is: sql.id(`a${i}`) }]
  })
}

import { createHash } from 'node:crypto'
import type { Contract } from '../contract.ts'

/**
 * What of a contract decides what `raw` holds: a changed hash reloads the table from landing.
 * Descriptions, places and the reject limit are left out.
 */
export function contractHash({ table, key, unknownColumns, columns, checks, origin }: Contract): string {
  const essence = {
    table,
    key,
    unknownColumns,
    nulls: origin.kind === 'files' ? origin.format.nulls : [],
    columns: columns.map(({ description: _, place: __, ...column }) => column),
    checks: checks.map(({ name, condition }) => ({ name, condition })),
  }
  return createHash('sha256').update(JSON.stringify(essence)).digest('hex').slice(0, 16)
}

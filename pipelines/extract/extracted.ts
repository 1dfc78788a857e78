import type { Contract } from '../contract.ts'
import type { Manifest } from '../landing.ts'
import type { StageContext } from '../stage.ts'

/** What an extract brought for one table. */
export interface Extracted {
  source: string
  table: string
  /** Records that reached landing in this run, those that could not be split into columns among them. */
  landed: number
  /** Keys noted as gone. */
  deleted: number
  loadIds: string[]
  /** Why nothing was read. */
  skipped?: string
}

export function skippedTable({ source, table }: Contract, skipped: string): Extracted {
  return { source, table, landed: 0, deleted: 0, loadIds: [], skipped }
}

/** Sums up and says what was landed for a table; a delivery that brought nothing new is null. */
export function landedTable(
  ctx: StageContext,
  { source, table }: Contract,
  deliveries: (Manifest | null)[],
): Extracted {
  const loads = deliveries.filter((manifest) => manifest !== null)
  for (const { loadId, rows, rejects, deleted, replaces } of loads) {
    const parts = [count(rows, 'row')]
    if (rejects > 0) parts.push(`${count(rejects, 'record')} unread`)
    if (deleted > 0) parts.push(`${count(deleted, 'key')} gone`)
    if (replaces.length > 0) parts.push(`in place of ${replaces.join(', ')}`)
    ctx.log.line(`${source}.${table}: landed ${parts.join(', ')} (${loadId})`)
  }
  return {
    source,
    table,
    landed: sum(loads.map(({ rows, rejects }) => rows + rejects)),
    deleted: sum(loads.map(({ deleted }) => deleted)),
    loadIds: loads.map(({ loadId }) => loadId),
    ...(loads.length === 0 ? { skipped: 'read, nothing new' } : {}),
  }
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

const count = (value: number, noun: string) =>
  `${value.toLocaleString('en-GB')} ${noun}${value === 1 ? '' : 's'}`

import { type Contract, readSources } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import { type LandedTable, landedTable } from '../landing.ts'
import type { StageContext } from '../stage.ts'
import { writeBundle } from './bundle.ts'
import { foldUpTo } from './fold.ts'

/** What was put together for a table. */
export interface Compacted {
  source: string
  table: string
  /** Loads that had folders of their own before. */
  loads: number
  /** History that ended on this day or earlier is no longer kept; null: all of it is. */
  before: string | null
}

/**
 * Puts the loads of a table together in one folder once more of them than the project says stand by themselves; with
 * `always` whenever there is something to put together. Ids of loads and positions of rows stay, so that the
 * warehouse stays as it is. Where history is kept for so many days only, versions that ended earlier are dropped, but
 * never one that still held then: for that `db` must hold what had landed by then.
 */
export async function compact(
  ctx: StageContext,
  db: Db,
  { always = false }: { always?: boolean } = {},
): Promise<Compacted[]> {
  const contracts = (await readSources(ctx.project)).flatMap(({ tables }): Contract[] => tables)
  const compacted: Compacted[] = []
  for (const contract of contracts) {
    const landed = await landedTable(ctx.project, contract.source, contract.table)
    const loose = landed.loads.filter(({ shared }) => !shared)
    const many = always
      ? isWorthwhile(ctx, contract, landed)
      : loose.length > ctx.project.config.landing.loads
    // A bundle may still hold what an emptied load stands in for.
    const due = many || (loose.length < landed.loads.length && loose.some(({ emptied }) => emptied))
    if (due) compacted.push(await compactTable(ctx, db, contract, landed))
  }
  return compacted
}

/** The last load stays in a folder of its own; what was put together already need not be again, unless more can go. */
function isWorthwhile(ctx: StageContext, contract: Contract, landed: LandedTable): boolean {
  const loose = landed.loads.filter(({ shared }) => !shared)
  if (loose.length > 1 && landed.loads.length > 2) return true
  const last = foldable(ctx, contract, landed)
  return last > (landed.folded?.sequence ?? 0) && landed.loads.length > 2
}

/** The last load of which history need not be kept; 0 when all of it must be. */
function foldable(ctx: StageContext, { policy, delivery }: Contract, { loads }: LandedTable): number {
  const days = policy.historyDays ?? ctx.project.config.landing.historyDays
  if (days === undefined || delivery === 'append') return 0
  const horizon = new Date(Date.parse(`${ctx.asOf}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10)
  // Whole days only: on the last of them every version is known to have ended, or to hold on.
  const at = loads.findLastIndex((load, i) => {
    const next = loads[i + 1]
    return next !== undefined && load.validFrom <= horizon && next.validFrom > load.validFrom
  })
  const folded = loads.slice(0, at + 1)
  return folded.some(({ mode }) => mode === 'append') ? 0 : (folded.at(-1)?.sequence ?? 0)
}

async function compactTable(
  ctx: StageContext,
  db: Db,
  contract: Contract,
  landed: LandedTable,
): Promise<Compacted> {
  const { source, table } = contract
  const fold = await foldUpTo(ctx, db, contract, landed, foldable(ctx, contract, landed))
  const loads = landed.loads.slice(0, -1)
  await writeBundle(ctx.project, db, contract, { ...landed, loads }, fold)
  const count = loads.filter(({ shared }) => !shared).length
  const before = fold?.folded.before ?? landed.folded?.before ?? null
  const kept = before === null ? '' : `; history that ended by ${before} is dropped`
  ctx.log.line(`${source}.${table}: ${count} loads put together in landing${kept}`)
  return { source, table, loads: count, before }
}

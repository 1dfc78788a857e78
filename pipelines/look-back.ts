import { ClienteleError, usageError } from './error.ts'
import { type LandedTable, landedTables } from './landing.ts'
import { yesterday } from './project.ts'
import { sourceState } from './source-state.ts'
import type { StageContext } from './stage.ts'

/** What looking back finds. */
export interface LookedBack {
  ctx: StageContext
  /** What of that day can no longer be told as it was. */
  warnings: string[]
}

/**
 * A run as of a day before the last night that landing knows looks back: only what had landed by the night of its day
 * counts. Of days before the first night nothing is known but what that night brought; it counts, by the dates in it.
 * Throws where history that would be needed is no longer kept, and where the day is the one that is due.
 */
export async function lookBack(ctx: StageContext): Promise<LookedBack> {
  const { project, asOf } = ctx
  const landed = await landedTables(project)
  const brought = landed.flatMap(({ loads }) => loads.map(({ validFrom }) => validFrom)).sort()
  const reads = [...new Set(landed.map(({ source }) => source))].map((source) => sourceState(project, source))
  const read = (await Promise.all(reads)).map(({ readAsOf }) => readAsOf ?? '')
  const last = [...brought, ...read].sort().at(-1) ?? ''
  if (last <= asOf) return { ctx, warnings: [] }
  if (asOf === yesterday(ctx.clock(), project.config.timeZone)) throw ahead(asOf, last)
  const first = brought[0] ?? last
  const knownBy = asOf > first ? asOf : first
  for (const table of landed) refuseFolded(table, asOf)
  const told =
    knownBy === asOf
      ? `as of ${asOf}, by what had landed then; the pack of ${last} stays the latest`
      : `as of ${asOf}, by what the first night brought on ${first}, up to that day`
  return {
    ctx: { ...ctx, knownBy },
    warnings: [told, ...landed.flatMap((table) => purgedSince(table, knownBy))],
  }
}

/** A night that took nothing in would pass for the one that is due. */
const ahead = (asOf: string, last: string) =>
  usageError({
    what: `landing already holds a night as of ${last}, after ${asOf}, the last complete day`,
    how: `Go on with --as-of ${last} until that day is over, or put landing/ back from a backup.`,
  })

type Landed = LandedTable & { source: string; table: string }

function refuseFolded({ source, table, folded }: Landed, asOf: string): void {
  if (folded === null || folded.before <= asOf) return
  throw new ClienteleError({
    what: `history of ${source}.${table} is kept since ${folded.before}: what was known on ${asOf} cannot be told`,
    how: 'A pack that still stands in published/ is as it was then. Raise history_days for days to come.',
  })
}

function purgedSince({ source, table, loads }: Landed, knownBy: string): string[] {
  const [day] = loads
    .flatMap(({ emptied }) => (emptied && emptied.asOf > knownBy ? [emptied.asOf] : []))
    .sort()
  return day === undefined ? [] : [`${source}.${table} was purged on ${day}: its names cannot be told again`]
}

import type { Source } from '../contract.ts'
import { ClienteleError } from '../error.ts'
import { standingLoads } from '../landing.ts'
import { keepSourceState, sourceState } from '../source-state.ts'
import type { StageContext } from '../stage.ts'
import { LandingFault } from './engine.ts'
import { type Extracted, skippedTable } from './extracted.ts'

/**
 * Reads one source, and notes in landing that it was read. A source that cannot be, and whose contract says
 * `when_missing: keep_yesterday`, is noted as missed instead: what of it landed tonight waits until the rest comes.
 * Throws when it was never read whole before, and for every fault of landing itself.
 */
export async function readOrHold(
  ctx: StageContext,
  source: Source,
  read: () => Promise<Extracted[]>,
): Promise<Extracted[]> {
  const { project, asOf, log } = ctx
  const before = await sourceState(project, source.name)
  const after = before.missed?.after ?? (await lastSequences(ctx, source))
  try {
    const extracted = await read()
    const last = before.readAsOf
    const readAsOf = last !== null && last > asOf ? last : asOf
    await keepSourceState(project, source.name, { readAsOf, missed: null }, asOf)
    return extracted
  } catch (error) {
    const bearable = error instanceof ClienteleError && !(error instanceof LandingFault)
    if (source.whenMissing === 'stop' || !bearable || before.readAsOf === null) throw error
    const said = error.faults.map(({ what }) => what).join('; ')
    const missed = { since: before.missed?.since ?? asOf, said, after }
    await keepSourceState(project, source.name, { ...before, missed }, asOf)
    log.line(`${source.name}: not read, yesterday's data stand: ${said}`)
    return source.tables.map((contract) => skippedTable(contract, 'the source could not be read'))
  }
}

async function lastSequences({ project }: StageContext, source: Source): Promise<Record<string, number>> {
  const after: Record<string, number> = {}
  for (const { table } of source.tables)
    after[table] = (await standingLoads(project, source.name, table)).at(-1)?.sequence ?? 0
  return after
}

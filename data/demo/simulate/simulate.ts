import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asOfDay, dateOf, dayOf, firstDay, lastDay } from './calendar.ts'
import { consentTables } from './consent-tables.ts'
import { cutAt } from './cut.ts'
import { licences } from './lists.ts'
import { marketingTables } from './marketing-tables.ts'
import { memberTables } from './member-tables.ts'
import { referenceTables } from './reference-tables.ts'
import { salesTables } from './sales-tables.ts'
import { serviceTables } from './service-tables.ts'
import { truthTables } from './truth-tables.ts'
import { makeWorld } from './world.ts'
import { writeDatabase } from './write.ts'

export interface SimulateOptions {
  /** Where the inputs go; made when it is not there. */
  dir: string
  seed: number
  /** The day (YYYY-MM-DD) at whose end the operational database stands; later days hold all that earlier ones do. */
  until?: string
  /** True persons the firm knows at the as-of date; everything else keeps its proportion. */
  population?: number
  report?: (text: string) => void
}

export interface Simulated {
  /** Rows of the operational database and of the truth. */
  rows: number
  truthRows: number
}

/**
 * Makes the demonstration's inputs: `operations.sqlite`, the lists in `lists/` that were delivered by then, and
 * `truth.sqlite`, which no model may read. The same options give the same bytes. Each file appears whole or not at all.
 */
export function simulate({
  dir,
  seed,
  until = dateOf(asOfDay),
  population = 20_000,
  report,
}: SimulateOptions): Simulated {
  const day = dayOf(until)
  if (!(day > firstDay && day <= lastDay)) {
    throw new RangeError(`until: ${until} is not between ${dateOf(firstDay + 1)} and ${dateOf(lastDay)}`)
  }
  const world = makeWorld({ seed, population }, report)
  const cut = cutAt(world, day)
  mkdirSync(join(dir, 'lists'), { recursive: true, mode: 0o700 })
  world.listFiles.forEach(({ name, bytes }, i) => {
    if ((licences[i]?.delivered ?? 0) > day) return
    const path = join(dir, 'lists', name)
    writeFileSync(`${path}.part`, bytes, { mode: 0o600 })
    renameSync(`${path}.part`, path)
  })
  report?.('operations.sqlite')
  const tables = [
    memberTables,
    consentTables,
    referenceTables,
    salesTables,
    marketingTables,
    serviceTables,
  ].flatMap((make) => make(cut))
  const rows = writeDatabase(join(dir, 'operations.sqlite'), tables)
  report?.('truth.sqlite')
  return { rows, truthRows: writeDatabase(join(dir, 'truth.sqlite'), truthTables(cut)) }
}

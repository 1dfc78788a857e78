import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asOfDay, dateOf, dayOf, firstDay, lastDay } from './calendar.ts'
import { consentTables } from './consent-tables.ts'
import { type Cut, cutAt, lastMoment, membersAt } from './cut.ts'
import { licences } from './lists.ts'
import { contactTable, marketingTables } from './marketing-tables.ts'
import { memberTables } from './member-tables.ts'
import { referenceTables } from './reference-tables.ts'
import { lineTable, salesTables } from './sales-tables.ts'
import { type Contact, contactsOf } from './sent.ts'
import { serviceTables } from './service-tables.ts'
import { truthTables } from './truth-tables.ts'
import { makeWorld } from './world.ts'
import { pour, type Sink, writeDatabase } from './write.ts'
import { openSinkBeside } from './write-beside.ts'

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
  mkdirSync(join(dir, 'lists'), { recursive: true, mode: 0o700 })
  const operations = openSinkBeside(join(dir, 'operations.sqlite'))
  try {
    const cut = writeOperations(operations, { seed, population, day, report })
    writeDelivered(join(dir, 'lists'), cut)
    report?.('truth.sqlite')
    const truthRows = writeDatabase(join(dir, 'truth.sqlite'), truthTables(cut))
    return { rows: operations.finish(), truthRows }
  } catch (error) {
    operations.abandon()
    throw error
  }
}

interface Wanted {
  seed: number
  population: number
  day: number
  report: SimulateOptions['report']
}

/** Hands the large tables over as soon as they can be made: they are written while the world goes on. */
function writeOperations(to: Sink, { seed, population, day, report }: Wanted): Cut {
  const end = lastMoment(day)
  let contacts: Contact[] = []
  const world = makeWorld(
    { seed, population },
    {
      report,
      contacted: (part) => {
        contacts = contactsOf(part, day, membersAt(part.records, end))
        pour(contactTable(contacts), to)
      },
      sold: (part) => pour(lineTable(part, end), to),
    },
  )
  report?.('operations.sqlite')
  const cut = cutAt(world, day)
  for (const make of [salesTables, memberTables, consentTables, referenceTables, serviceTables])
    for (const table of make(cut)) pour(table, to)
  for (const table of marketingTables(cut, contacts)) pour(table, to)
  return cut
}

function writeDelivered(dir: string, { world, until }: Cut): void {
  world.listFiles.forEach(({ name, bytes }, i) => {
    if ((licences[i]?.delivered ?? 0) > until) return
    const path = join(dir, name)
    writeFileSync(`${path}.part`, bytes, { mode: 0o600 })
    renameSync(`${path}.part`, path)
  })
}

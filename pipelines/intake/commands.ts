import { resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { compact } from '../compact/compact.ts'
import { draftContract, rowsLookedAt } from '../draft/draft.ts'
import { initProject } from '../draft/init.ts'
import { sourceName } from '../draft/names.ts'
import { catalogue, extract } from '../extract/extract.ts'
import { load } from '../load/load.ts'
import { openProject, shownPath } from '../project.ts'
import { openBuilding } from '../publish/building.ts'
import type { StageContext } from '../stage.ts'
import { landingSizes } from './landing.ts'
import { printCounts, printRows, printSizes, printSources, printTrail } from './print.ts'
import { countQuarantine, exportQuarantine, listQuarantine } from './quarantine.ts'
import { sourceTables } from './sources.ts'
import { trail } from './trail.ts'

interface Globals {
  project: string
  asOf?: string
  json?: boolean
}

interface QuarantineOptions extends Globals {
  reason?: string
  limit: number
  csv?: string
  trail?: boolean
}

/** How the command line makes a command, prints a text, and does work under the project's lock. */
export interface CommandLine {
  command(name: string, description: string): Command
  print(text: string): void
  locked(name: string, options: Globals, work: (ctx: StageContext) => Promise<void>): Promise<void>
}

/** Commands of those who look after what comes in. */
export function addIntakeCommands({ command, print, locked }: CommandLine): void {
  const printed = (value: unknown, text: () => string, { json }: Globals) =>
    print(json ? JSON.stringify(value, null, 2) : text())

  command('sources', 'how old each source is, what came last, and what is held or drifts').action(
    async (options: Globals) => {
      const tables = await sourceTables(await openProject(options.project))
      printed(tables, () => printSources(tables), options)
    },
  )

  command(
    'quarantine [table]',
    'rows that break their contract: counted by table and reason, or those of a table',
  )
    .option('--reason <reason>', 'only rows with this reason, such as cast:ordered_on')
    .option('--limit <rows>', 'rows to show', wholeNumber, 20)
    .option('--csv <file>', 'write whole rows, unmasked, to a file for its owner only, to be mended')
    .option('--trail', 'how rows came out of quarantine: corrections, and runs that took rows in')
    .addHelpText('after', mending)
    .action(async (table: string | undefined, options: QuarantineOptions) => {
      const project = await openProject(options.project)
      if (options.trail) {
        const found = await trail(project)
        printed(found, () => printTrail(found), options)
      } else if (table === undefined) {
        if (options.csv !== undefined) throw new InvalidArgumentError('--csv needs a table.')
        const counts = await countQuarantine(project)
        printed(counts, () => printCounts(counts), options)
      } else if (options.csv !== undefined) {
        const file = resolve(options.csv)
        const rows = await exportQuarantine(project, table, file, options)
        printed({ file, rows }, () => `quarantine: ${rows} rows in ${shownPath(file)}`, options)
      } else {
        const rows = await listQuarantine(project, table, options)
        printed(rows, () => printRows(rows, table), options)
      }
    })

  command('contract', 'draft the contract of a source by looking at a file or a database; prints YAML')
    .requiredOption(
      '--from <file>',
      'a delivered file, an SQLite database, or env:NAME for the URL of a server',
    )
    .option('--source <name>', 'the name of the source; the file’s without it')
    .option('--table <name>', 'one table of the database; the name of the table for a file')
    .option('--rows <n>', 'rows of each table of a server to look at', wholeNumber, rowsLookedAt)
    .action(async (options: Globals & { from: string; source?: string; table?: string; rows: number }) => {
      const {
        from,
        table,
        rows,
        source = sourceName(from.replace(/^env:/, '').replace(/_URL$/, '')),
      } = options
      const project = await openProject(options.project)
      const asOf = options.asOf ?? project.config.asOf ?? '1970-01-01'
      const drafted = { source, table, asOf, rows, env: process.env }
      const yaml = await draftContract(project, from, drafted, { extract, catalogue })
      printed({ source, yaml }, () => yaml.trimEnd(), options)
    })

  command('init <folder>', 'start a project: configuration, and places for contracts and models').action(
    async (folder: string, options: Globals) => {
      const started = await initProject(folder)
      const said = () => `init: ${shownPath(started.dir)} with ${started.files.join(', ')}`
      printed(started, said, options)
    },
  )

  command('landing', 'what stands in landing: loads, rows, size, age')
    .option('--compact', 'put the loads of each table together, and drop history past its retention')
    .action(async (options: Globals & { compact?: boolean }) => {
      if (options.compact) await locked('landing --compact', options, compactAll)
      const sizes = await landingSizes(await openProject(options.project))
      printed(sizes, () => printSizes(sizes), options)
    })
}

const mending = `
To mend rows: write them with --csv, correct the fields, keep _load_id and _row, and put the file into the project as
corrections/<source>.<table>.csv. The next load takes them in at their position.`

/** What has landed is loaded first: only then is it known what still holds, and what history has ended. */
async function compactAll(ctx: StageContext): Promise<void> {
  const db = await openBuilding(ctx.project, { fresh: true, full: false })
  try {
    await load(ctx, db, { full: false })
    await compact(ctx, db, { always: true })
    await load(ctx, db, { full: false })
  } finally {
    db.close()
  }
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Write a whole number, 0 or more.')
  return Number(text)
}

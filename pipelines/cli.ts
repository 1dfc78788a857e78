#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander'
import type { Db } from './duckdb.ts'
import { ClienteleError, exit, usageError } from './error.ts'
import { type Ledger, openLedger, readRuns } from './ledger.ts'
import { streamLog } from './log.ts'
import {
  buildStage,
  extractStage,
  loadStage,
  nightly,
  prepare,
  publishStage,
  reportStage,
} from './nightly.ts'
import { printQuery, printRun, printRuns } from './print.ts'
import { openProject, yesterday } from './project.ts'
import { openBuilding } from './publish/building.ts'
import { acquireLock } from './publish/lock.ts'
import { query } from './publish/query.ts'
import { rollback } from './publish/rollback.ts'
import type { StageContext } from './stage.ts'

interface Globals {
  project: string
  asOf?: string
  json?: boolean
}

const clock = () => new Date()
const print = (text: string) => process.stdout.write(`${text}\n`)

const program = new Command('clientele')
  .description('A customer warehouse that runs overnight and prints the management pack.')
  .exitOverride()
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('Run with --help to see what is possible.')
  .addHelpText('after', '\nExit status: 0 done, 1 the run failed, 2 usage or configuration.')

/** Options that every command has; commander copies nothing, so each command gets its own. */
const command = (name: string, description: string) =>
  program
    .command(name)
    .description(description)
    .exitOverride()
    .addOption(new Option('--project <dir>', 'project folder').default('data/demo'))
    .addOption(new Option('--as-of <date>', 'last day counted, YYYY-MM-DD').argParser(isoDate))
    .option('--json', 'print one JSON document on standard output')

command('nightly', 'the whole night: extract, load, build, publish, report')
  .option('--full', 'rebuild everything from landing')
  .action((options) => run('nightly', options, (ctx, ledger) => nightly(ctx, ledger, options)))

command('extract', 'take what is new from every source into landing').action((options) =>
  run('extract', options, async (ctx, ledger) => {
    await prepare(ctx, ledger)
    await extractStage(ctx, ledger)
  }),
)

command('load', 'load landing into the copy that is being built, by contract')
  .option('--full', 'start from an empty copy')
  .action((options) =>
    run('load', options, (ctx, ledger) =>
      withBuilding(ctx, { fresh: true, full: options.full }, (db) => loadStage(ctx, ledger, db, options)),
    ),
  )

command('build', 'load what is new, build and audit the models in the copy that is being built')
  .option('--full', 'rebuild everything from landing')
  .option('--publish', 'publish the copy when every audit passes')
  .action((options) =>
    run('build', options, (ctx, ledger) =>
      withBuilding(ctx, { fresh: options.full, full: options.full }, async (db) => {
        await loadStage(ctx, ledger, db, options)
        await buildStage(ctx, ledger, db, options)
        if (options.publish) await publishStage(ctx, ledger, db, options)
      }),
    ),
  )

command('report', 'render the pack from the published warehouse')
  .option('--only <names...>', 'these reports only')
  .option('--locale <locales...>', 'these languages only')
  .action((options) =>
    run('report', options, (ctx, ledger) =>
      reportStage(ctx, ledger, { names: options.only, locales: options.locale }),
    ),
  )

command('runs', 'what ran, when, and how it ended').action(async (options: Globals) => {
  const runs = await readRuns(await openProject(options.project))
  print(options.json ? JSON.stringify(runs, null, 2) : printRuns(runs))
})

command('query <sql>', 'run one statement on the published warehouse, read-only').action(
  async (sql: string, options: Globals) => {
    const result = await query(await openProject(options.project), sql)
    print(options.json ? JSON.stringify(result, null, 2) : printQuery(result))
  },
)

command('rollback', 'put the previous published version back')
  .option('--to <version>', 'the version to put back')
  .action((options) =>
    run('rollback', options, async (ctx, ledger) => {
      const version = await ledger.stage('rollback', () => rollback(ctx.project, { to: options.to }))
      ctx.log.line(`rollback: ${version} is published; run "clientele report" to print its pack`)
    }),
  )

/** Opens the project under its lock, runs the work on the record, and prints how it went. */
async function run(
  name: string,
  options: Globals,
  work: (ctx: StageContext, ledger: Ledger) => Promise<void>,
): Promise<void> {
  const project = await openProject(options.project)
  const log = streamLog(process.stderr)
  const asOf = options.asOf ?? project.config.asOf ?? yesterday(clock(), project.config.timeZone)
  const ctx: StageContext = { project, asOf, clock, log, env: process.env }
  const lock = await acquireLock(project, { command: name, asOf, startedAt: clock().toISOString() })
  try {
    const ledger = await openLedger(project, { command: name, asOf }, { clock, log })
    try {
      await work(ctx, ledger)
      await ledger.finish('done')
    } catch (error) {
      await ledger.finish('failed', error)
      throw error
    } finally {
      print(options.json ? JSON.stringify(ledger.record, null, 2) : printRun(ledger.record, project))
    }
  } finally {
    lock.release()
  }
}

/** Opens the copy that is being built, and closes it whatever happens. */
async function withBuilding(
  { project }: StageContext,
  { fresh = false, full = false }: { fresh?: boolean; full?: boolean },
  work: (db: Db) => Promise<void>,
): Promise<void> {
  const db = await openBuilding(project, { fresh, full })
  try {
    await work(db)
  } finally {
    db.close()
  }
}

function isoDate(text: string): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined
  // A day that does not exist, such as 31 February, is read as another one or as none.
  const exists = day !== undefined && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
  if (!exists) throw usageError({ what: `--as-of ${text}: not a date`, how: 'Write it as YYYY-MM-DD.' })
  return text
}

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exit.done : exit.usage
  } else if (error instanceof ClienteleError) {
    process.stderr.write(`\n${error.message}\n`)
    process.exitCode = error.exitCode
  } else {
    process.stderr.write(`\n${error instanceof Error ? error.stack : error}\n`)
    process.exitCode = exit.failed
  }
}

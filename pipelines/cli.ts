import { Command, CommanderError, Option } from 'commander'
import { plan } from './build/build.ts'
import { check } from './build/check.ts'
import { draftCase } from './build/draft-case.ts'
import type { PlannedModel, PlanOptions } from './build/plan-build.ts'
import { runCases } from './build/run-cases.ts'
import { addCatalogCommands } from './catalog/commands.ts'
import { dayRange, isoDate } from './days.ts'
import { addDevCommands } from './dev/commands.ts'
import type { Db } from './duckdb.ts'
import { ClienteleError, exit, throwFaults, usageError } from './error.ts'
import { fitFile, printFitted } from './fit-file.ts'
import { addIntakeCommands } from './intake/commands.ts'
import { type Ledger, openLedger, readRuns } from './ledger.ts'
import { printWhy, why } from './linkage/why.ts'
import { audience, printAudience, type Use } from './lists/audience.ts'
import { load } from './load/load.ts'
import { streamLog } from './log.ts'
import { lookBack } from './look-back.ts'
import {
  buildStage,
  catalogueStage,
  extractStage,
  inItsTime,
  loadStage,
  nightly,
  prepare,
  publishStage,
  reportStage,
  startOf,
} from './nightly.ts'
import { printQuery, printRun, printRuns } from './print.ts'
import { casesRecord, countFailed, printCases } from './print-cases.ts'
import { checkedRecord, printChecked } from './print-check.ts'
import { printPlan } from './print-plan.ts'
import { openProject, type Project, yesterday } from './project.ts'
import { openBuilding } from './publish/building.ts'
import { acquireLock } from './publish/lock.ts'
import { query } from './publish/query.ts'
import { rollback } from './publish/rollback.ts'
import type { ReportOptions } from './report/report.ts'
import { watchReports } from './report/watch.ts'
import type { StageContext } from './stage.ts'
import { untilInterrupted } from './watch.ts'

interface Globals {
  project: string
  asOf?: string
  json?: boolean
}

const selectorHelp = `
Selectors name models: ltv.customers, ltv.*, tag:nightly, or changed (other SQL, macros or parameters than those
of the copy built on). +ltv.customers takes what it is made from too, ltv.customers+ what is made from it.`

const fitHelp = `
Time in any one unit. Further columns: n, customers a row stands for; m, mean spend, for the spend model; log_gaps, the sum of
the logarithms of the gaps, for regular timing; later and ahead, purchases in the time held out, and how long that is.`

const partlyPublished = usageError({
  what: '--publish with selectors: a published version is the whole warehouse',
  how: 'Build without selectors; what is unchanged is reused.',
})

const clock = () => new Date()
const print = (text: string) => process.stdout.write(`${text}\n`)

/** Every command there is. */
export const program = new Command('clientele')
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
    .addOption(new Option('--as-of <date>', 'last day counted, YYYY-MM-DD').argParser(isoDate('--as-of')))
    .option('--json', 'print one JSON document on standard output')

command('nightly', 'the whole night: extract, load, build, publish, report')
  .option('--full', 'rebuild everything from landing')
  .action((options) => run('nightly', options, (ctx, ledger) => nightly(ctx, ledger, options)))

command('extract', 'take what is new from every source into landing').action((options) =>
  run('extract', options, async (ctx, ledger) => {
    refusePast(await inItsTime(ctx, ledger))
    await prepare(ctx, ledger)
    await extractStage(ctx, ledger)
  }),
)

command('load', 'load landing into the copy that is being built, by contract')
  .option('--full', 'start from an empty copy')
  .action((options) =>
    run('load', options, async (given, ledger) => {
      const ctx = await inItsTime(given, ledger)
      await withBuilding(ctx, { fresh: true, full: options.full ?? false }, (db) =>
        loadStage(ctx, ledger, db, options),
      )
    }),
  )

command(
  'build [selectors...]',
  'load what is new, build and audit the models in the copy that is being built',
)
  .option('--full', 'rebuild everything from landing; with selectors, rebuild those models')
  .option('--publish', 'publish the copy when every audit passes')
  .addOption(
    new Option(
      '--restate <days>',
      'make the intervals of these days (FROM..TO, or one day) anew in incremental models',
    ).argParser(dayRange),
  )
  .option('--plan', 'print what would be built and why, and build nothing')
  .addHelpText('after', selectorHelp)
  .action(async (selectors: string[], options) => {
    const select = selectors.length > 0 ? selectors : undefined
    const { full = false, restate } = options
    if (select && options.publish) throw partlyPublished
    const fresh = full && !select
    const work = { full, restate, ...(select ? { select } : {}) }
    if (options.plan) return showPlan(options, fresh, work)
    const onPlan = (planned: readonly PlannedModel[]) => process.stderr.write(`${printPlan(planned)}\n\n`)
    await run('build', options, async (given, ledger) => {
      const ctx = await inItsTime(given, ledger)
      await withBuilding(ctx, { fresh, full: fresh }, async (db) => {
        await loadStage(ctx, ledger, db, { full: fresh })
        await buildStage(ctx, ledger, db, { ...work, ...(options.json ? {} : { onPlan }) })
        if (options.publish) await publishStage(ctx, ledger, db, options)
      })
    })
  })

/** What a build would do. What is new is loaded first: a plan made without it would be another one. */
const showPlan = (options: Globals, fresh: boolean, work: PlanOptions): Promise<void> =>
  locked('build --plan', options, async (given) => {
    const { ctx } = await lookBack(given)
    await withBuilding(ctx, { fresh, full: fresh }, async (db) => {
      await load(ctx, db, { full: fresh })
      const planned = await plan(ctx, db, work)
      print(options.json ? JSON.stringify(planned, null, 2) : printPlan(planned))
    })
  })

command('check', 'check every model and test against empty tables, without data').action(
  async (options: Globals) => {
    const project = await openProject(options.project)
    const checked = await check(project, asOfDay(options, project))
    print(
      options.json
        ? JSON.stringify(checkedRecord(checked), null, 2)
        : printChecked(checked, project.config.name),
    )
    if (options.json && checked.faults.length > 0) process.exitCode = exit.failed
    else throwFaults(checked.faults)
  },
)

command('test [selectors...]', 'run the unit tests of models (sql/<schema>/<table>.test.yaml), without data')
  .option('--write <model>', 'draft a case from published rows, personal columns masked')
  .action(async (selectors: string[], options: Globals & { write?: string }) => {
    const project = await openProject(options.project)
    if (options.write) {
      const file = await draftCase(project, options.write)
      print(
        options.json
          ? JSON.stringify({ file })
          : `test: a case was added to ${file}; read it before it counts`,
      )
      return
    }
    const results = await runCases(project, selectors)
    print(options.json ? JSON.stringify(casesRecord(results), null, 2) : printCases(results))
    if (countFailed(results) > 0) process.exitCode = exit.failed
  })

command('report', 'render the pack from the published warehouse')
  .option('--only <names...>', 'these reports only')
  .option('--locale <locales...>', 'these languages only')
  .option('--customer <id>', 'the card of one customer, by its id or that of a record')
  .option('--region <name>', 'of the customers of one market, or region of a market, alone; beside the pack')
  .option('--segment <name>', 'of the customers of one RFM segment alone; beside the pack')
  .option('--currency <code>', 'money in another currency, at the rate of the as-of day; beside the pack')
  .option('--watch', 'make the pages anew whenever a report or template is saved')
  .action(async ({ only: names, locale: locales, customer, currency, region, segment, ...options }) => {
    const scope = (region ?? segment) ? { scope: { region, segment } } : {}
    const asked = { names, locales, currency, ...scope, ...(customer ? { given: { customer } } : {}) }
    const make = (more: ReportOptions = {}) =>
      run('report', options, (ctx, ledger) =>
        reportStage(options.asOf === undefined ? ctx : { ...ctx, knownBy: ctx.asOf }, ledger, {
          ...asked,
          ...more,
        }),
      )
    if (!options.watch) return make()
    await watchReports(await openProject(options.project), () => make({ formats: ['html'] }), {
      signal: untilInterrupted(),
      tell: (text) => process.stderr.write(`${text}\n`),
    })
  })

command(
  'catalogue',
  'write the catalogue of tables, columns, tests and lineage into the published pack, as pages to read from disk',
).action((options) => run('catalogue', options, catalogueStage))

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

command('audience', 'how many names of a list may be contacted; refuses a use outside its licence')
  .requiredOption('--list <list>', 'the list')
  .requiredOption('--channel <channel>', 'email, sms, mail or phone')
  .requiredOption('--purpose <purpose>', 'purpose of the campaign, as acquisition')
  .addOption(
    new Option('--on <date>', 'day of the contacts; else the last day counted').argParser(isoDate('--on')),
  )
  .action(async (options: Globals & Omit<Use, 'on'> & { on?: string }) => {
    const project = await openProject(options.project)
    const { list, channel, purpose, on = asOfDay(options, project) } = options
    const found = await audience(project, { list, channel, purpose, on })
    print(options.json ? JSON.stringify(found, null, 2) : printAudience(found))
  })

command('why <one> <other>', 'why two records or customers are, or are not, one')
  .option('--personal', 'show what was compared')
  .action(async (one: string, other: string, options: Globals & { personal?: boolean }) => {
    const found = await why(await openProject(options.project), one, other, {
      personal: options.personal ?? false,
    })
    print(options.json ? JSON.stringify(found, null, 2) : printWhy(found))
  })

command('fit <file>', 'fit the purchase models to a CSV of x, t_x and T, a row a customer')
  .addHelpText('after', fitHelp)
  .action(async (file: string, options: Globals) => {
    const fitted = await fitFile(file)
    print(options.json ? JSON.stringify(fitted, null, 2) : printFitted(fitted))
  })

command('rollback', 'put the previous published version back')
  .option('--to <version>', 'the version to put back')
  .action((options) =>
    run('rollback', options, async (ctx, ledger) => {
      const version = await ledger.stage('rollback', () => rollback(ctx.project, { to: options.to }))
      ctx.log.line(`rollback: ${version} is published; run "clientele report" to print its pack`)
    }),
  )

addDevCommands({ command, print })
addIntakeCommands({ command, print, locked: (name, options, work) => locked(name, options, work) })
addCatalogCommands({ command, print })

/** Runs the work on the record, under the project's lock, and prints how it went. */
const run = (
  name: string,
  options: Globals,
  work: (ctx: StageContext, ledger: Ledger) => Promise<void>,
): Promise<void> =>
  locked(name, options, async (ctx) => {
    const { project, asOf, log } = ctx
    const ledger = await openLedger(project, { command: name, asOf }, { clock, log })
    try {
      await work(ctx, ledger)
      await ledger.finish('done')
    } catch (error) {
      await ledger.finish('failed', error)
      throw error
    } finally {
      print(options.json ? JSON.stringify(ledger.record, null, 2) : printRun(ledger.record))
    }
  })

/** Opens the project and keeps every other run out of it while the work goes on. */
async function locked(
  name: string,
  options: Globals,
  work: (ctx: StageContext) => Promise<void>,
): Promise<void> {
  const project = await openProject(options.project)
  const asOf = asOfDay(options, project)
  const ctx: StageContext = { project, asOf, clock, log: streamLog(process.stderr), env: process.env }
  const lock = await acquireLock(project, { command: name, asOf, startedAt: clock().toISOString() })
  try {
    await work(ctx)
  } finally {
    lock.release()
  }
}

/** Opens the copy that is being built, and closes it whatever happens. */
async function withBuilding(
  ctx: StageContext,
  options: { fresh: boolean; full: boolean },
  work: (db: Db) => Promise<void>,
): Promise<void> {
  const db = await openBuilding(ctx.project, await startOf(ctx, options))
  try {
    await work(db)
  } finally {
    db.close()
  }
}

/** What comes tonight cannot have been known before. */
function refusePast({ asOf, knownBy }: StageContext): void {
  if (knownBy === undefined) return
  throw usageError({
    what: `extract as of ${asOf}: landing already holds what came later`,
    how: 'What is delivered now is of the last complete day: leave --as-of out.',
  })
}

/** The day that is asked for, or the project's own, or the last complete one. */
const asOfDay = ({ asOf }: Globals, { config }: Project): string =>
  asOf ?? config.asOf ?? yesterday(clock(), config.timeZone)

/** Carries out one command line and says in `process.exitCode` how it went. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    await program.parseAsync(args, { from: 'user' })
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
}

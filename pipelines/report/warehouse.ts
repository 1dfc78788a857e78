import { existsSync } from 'node:fs'
import { sql } from 'kysely'
import { type Db, openDatabase } from '../duckdb.ts'
import { ClienteleError, type Fault, usageError } from '../error.ts'
import type { Project } from '../project.ts'
import type { ScopedWarehouse } from '../scoped.ts'
import { exchangeTo } from './exchange.ts'
import type { ReportFolder } from './folder.ts'
import type { Locale } from './locale.ts'
import type { Facts } from './page.ts'
import type { Query } from './query-file.ts'
import { type Results, runQueries } from './results.ts'

export interface Wanted {
  report: ReportFolder
  /** Only what the index says of a report that is not rendered. */
  onlyFindings: boolean
}

/** What a reader asks for. */
export const givenNames = ['customer'] as const
export type Given = Partial<Record<(typeof givenNames)[number], string>>

/** `given('customer')` is what was asked for, or null. */
async function defineGiven(db: Db, given: Given): Promise<void> {
  const cases = givenNames.map(
    (name) => sql`when ${sql.lit(name)} then cast(${sql.lit(given[name] ?? null)} as varchar)`,
  )
  await db.run(sql`create or replace temp macro given(name) as case name ${sql.join(cases, sql` `)} end`)
}

const asks = ({ text }: ReportFolder, name: string): boolean => text.includes(`given('${name}')`)

/** Whether a report reads all that is given. */
export const takes = (report: ReportFolder, given: Given): boolean =>
  Object.keys(given).every((name) => asks(report, name))

/** Throws where a report would pass over what is given: its page would say it of everybody. */
export function refuseIdle(chosen: ReportFolder[], reports: ReportFolder[], given: Given): void {
  for (const name of Object.keys(given)) {
    const idle = chosen.filter((report) => !asks(report, name))
    if (idle.length === 0 && chosen.length > 0) continue
    const able = reports.filter((report) => asks(report, name)).map((report) => report.name)
    throw usageError({
      what: `--${name} is not for ${idle.map((report) => report.name).join(', ') || 'any report'}`,
      how: `Reports that take it: ${able.join(', ') || 'none'}.`,
    })
  }
}

export interface ReadOptions {
  given?: Given | undefined
  /** In which money is shown; the reporting currency where left out. */
  currency?: string | undefined
  /** Read in place of the published version, but for the reports that tell of the whole firm. */
  scoped?: ScopedWarehouse | undefined
}

/** Whether a report tells of the whole firm even in the pack of a part. */
export const isWhole = ({ editions }: ReportFolder): boolean =>
  [...editions.values()].some(({ front }) => front.whole)

/** What is run of a report. Findings may read rows that are kept. */
export const queriesOf = ({ report, onlyFindings }: Wanted): Query[] =>
  report.queries.filter(({ name, kept }) => !onlyFindings || kept || name === 'findings')

/** Reads one published version, read-only: what the night says of itself, and every query of the wanted reports. */
export async function readWarehouse(
  path: string,
  project: Project,
  wanted: Wanted[],
  { given = {}, currency, scoped }: ReadOptions = {},
): Promise<{ facts: Facts; results: Map<string, Results> }> {
  if (!existsSync(path)) {
    throw new ClienteleError({
      what: 'no warehouse is published yet, so there is nothing to report on',
      how: 'Run nightly first.',
    })
  }
  const { threads } = project.config
  const db = await openDatabase(path, { readOnly: true, ...(threads ? { threads } : {}) })
  try {
    const [run] = await db.rows<Run>('select run_id, as_of, reporting_currency from ops.run')
    if (!run)
      throw new ClienteleError({ what: 'the warehouse does not say which run made it: ops.run is empty' })
    const [asOf, reporting] = [run.as_of, run.reporting_currency]
    const exchange = currency ? await exchangeTo(db, currency, { reporting, asOf }) : undefined
    for (const one of [db, scoped?.db]) if (one) await defineGiven(one, given)
    const results = new Map<string, Results>()
    const faults: Fault[] = []
    for (const one of wanted) {
      const { report } = one
      const from = scoped && !isWhole(report) ? scoped.db : db
      await runQueries(from, queriesOf(one), report.file, report.text).then(
        (rows) => results.set(report.name, rows),
        (error) => {
          if (!(error instanceof ClienteleError)) throw error
          faults.push(...error.faults)
        },
      )
    }
    if (faults.length > 0) throw new ClienteleError(faults)
    return {
      facts: { ...factsOf(run, project), currency: currency ?? reporting, exchange, part: scoped },
      results,
    }
  } finally {
    db.close()
  }
}

interface Run {
  run_id: string
  as_of: string
  reporting_currency: string
}

function factsOf(run: Run, { config }: Project): Omit<Facts, 'currency'> {
  const { title } = config
  const firm = (locale: Locale) =>
    typeof title === 'string' ? title : (title[locale] ?? Object.values(title)[0] ?? config.name)
  return { runId: run.run_id, asOf: run.as_of, firm }
}

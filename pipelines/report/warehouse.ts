import { existsSync } from 'node:fs'
import { openDatabase } from '../duckdb.ts'
import { ClienteleError, type Fault } from '../error.ts'
import type { Project } from '../project.ts'
import type { ReportFolder } from './folder.ts'
import type { Locale } from './locale.ts'
import type { Facts } from './page.ts'
import { type Results, runQueries } from './results.ts'

export interface Wanted {
  report: ReportFolder
  /** Only what the index says of a report that is not rendered. */
  onlyFindings: boolean
}

/** Reads one published version, read-only: what the night says of itself, and every query of the wanted reports. */
export async function readWarehouse(
  path: string,
  project: Project,
  wanted: Wanted[],
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
    const results = new Map<string, Results>()
    const faults: Fault[] = []
    for (const { report, onlyFindings } of wanted) {
      const queries = report.queries.filter(({ name }) => !onlyFindings || name === 'findings')
      await runQueries(db, queries, report.file, report.text).then(
        (rows) => results.set(report.name, rows),
        (error) => {
          if (!(error instanceof ClienteleError)) throw error
          faults.push(...error.faults)
        },
      )
    }
    if (faults.length > 0) throw new ClienteleError(faults)
    return { facts: factsOf(run, project), results }
  } finally {
    db.close()
  }
}

interface Run {
  run_id: string
  as_of: string
  reporting_currency: string
}

function factsOf(run: Run, { config }: Project): Facts {
  const { title } = config
  const firm = (locale: Locale) =>
    typeof title === 'string' ? title : (title[locale] ?? Object.values(title)[0] ?? config.name)
  return { runId: run.run_id, asOf: run.as_of, currency: run.reporting_currency, firm }
}

import { existsSync } from 'node:fs'
import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { ClienteleError, usageError } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import { type Project, shownPath } from '../project.ts'
import { publishedRunId } from '../publish/publish.ts'
import { attachOwn, type Catalogue, catalogues, openPublished } from './catalogues.ts'
import { plural } from './counts.ts'
import { diffTable, type TableDiff } from './diff.ts'
import { objectsIn, tableFacts } from './facts.ts'
import { printDiff } from './print-diff.ts'

export interface CompareOptions {
  /** `schema.table`; without it every model that was made anew. */
  table?: string | undefined
  /** The file to compare with the published version. */
  file: string
}

export interface Comparison {
  /** The file that is compared, and the run that made what it is compared with. */
  file: string
  runId: string | null
  diffs: TableDiff[]
  /** Models that only one version has. */
  added: string[]
  gone: string[]
}

/** Compares a copy of the warehouse with the published one. Throws when there is no copy or it is being written. */
export async function compare(project: Project, { table, file }: CompareOptions): Promise<Comparison> {
  const db = await openPublished(project)
  try {
    await attach(db, file)
    const runId = await publishedRunId(project)
    const known = {
      before: await modelsIn(db, catalogues.published),
      after: await modelsIn(db, catalogues.own),
    }
    if (table !== undefined) await refuseUnknown(db, table)
    const names = table === undefined ? changedModels(known) : [table]
    const diffs: TableDiff[] = []
    for (const name of names) {
      const before = await tableFacts(db, project, catalogues.published, name)
      const after = await tableFacts(db, project, catalogues.own, name)
      diffs.push(await diffTable(db, { before, after }))
    }
    // An analyst's own file holds rows of ops.models only for what was made in it, and views of all the rest.
    const standing = await objectsIn(db, catalogues.own)
    const only = (a: Map<string, string>, b: { has(name: string): boolean }) =>
      table === undefined ? [...a.keys()].filter((name) => !b.has(name)) : []
    return {
      file: shownPath(file),
      runId,
      diffs,
      added: only(known.after, known.before),
      gone: only(known.before, standing),
    }
  } finally {
    db.close()
  }
}

async function attach(db: Db, file: string): Promise<void> {
  if (!existsSync(file)) {
    throw new ClienteleError({
      what: `there is nothing to compare: ${shownPath(file)} is not there`,
      how: 'Run clientele build or clientele dev first.',
    })
  }
  try {
    await attachOwn(db, file, { readOnly: true })
  } catch (cause) {
    throw new ClienteleError(
      {
        what: `${shownPath(file)} is being written by another process`,
        how: 'Wait until it has ended; clientele dev prints the difference itself.',
      },
      1,
      { cause },
    )
  }
}

/** Fingerprints of a database's models, by name in order. */
async function modelsIn(db: Db, catalogue: Catalogue): Promise<Map<string, string>> {
  if (!(await objectsIn(db, catalogue)).has('ops.models')) return new Map()
  const rows = await db.rows<{ name: string; fingerprint: string }>(
    sql`select name, fingerprint from ${sql.id(catalogue, 'ops', 'models')} order by name`,
  )
  return new Map(rows.map(({ name, fingerprint }) => [name, fingerprint]))
}

const changedModels = ({ before, after }: Record<'before' | 'after', Map<string, string>>): string[] =>
  [...after.keys()].filter((name) => before.has(name) && before.get(name) !== after.get(name))

async function refuseUnknown(db: Db, table: string): Promise<void> {
  const [before, after] = [await objectsIn(db, catalogues.published), await objectsIn(db, catalogues.own)]
  if (before.has(table) && after.has(table)) return
  const where = after.has(table) ? 'the published version' : before.has(table) ? 'the copy' : 'either version'
  throw usageError({
    what: `no table is called ${table} in ${where}`,
    ...(where === 'either version' ? near(table, [...before.keys(), ...after.keys()]) : {}),
  })
}

function near(table: string, names: string[]): { how?: string } {
  const how = didYouMean(table, new Set(names))
  return how ? { how } : {}
}

export function printComparison({ file, runId, diffs, added, gone }: Comparison): string {
  const head = `${file} compared with the published version ${runId ?? ''}`.trimEnd()
  const lists = [
    ...(added.length > 0 ? [`${plural(added.length, 'new table')}: ${added.join(', ')}`] : []),
    ...(gone.length > 0 ? [`${plural(gone.length, 'table')} gone: ${gone.join(', ')}`] : []),
  ]
  const nothing = diffs.length + lists.length === 0 ? ['no table was made anew'] : []
  return [head, ...diffs.map(printDiff), ...lists, ...nothing].join('\n\n')
}

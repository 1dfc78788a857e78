import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openDatabase } from '../../duckdb.ts'
import { type RunRecord, readRuns } from '../../ledger.ts'
import { type Project, privateDir } from '../../project.ts'
import { versions } from '../../publish/versions.ts'

/** A published version: how many rows its models have, and how long they took to build. */
export interface Night {
  runId: string
  /** YYYY-MM-DD */
  asOf: string
  rows: Record<string, number>
  /** Of the models that this night built; those reused are not in it. */
  seconds: Record<string, number>
}

/** The last nights up to the one given, oldest first; that one alone when it is none of the versions kept. */
export async function readNights(project: Project, runId: string, last: number): Promise<Night[]> {
  const kept = await versions(project)
  const upTo = kept.findLastIndex((version) => version.runId === runId)
  // A night that was published again counts once.
  const latest = new Map(kept.slice(0, upTo + 1).map((version) => [version.runId, version]))
  const shown = [...latest.values()].sort((a, b) => a.number - b.number).slice(-last)
  const rows = await rowsOf(project, shown)
  const runs = await readRuns(project).catch((): RunRecord[] => [])
  return shown.map((version) => ({
    runId: version.runId,
    asOf: version.runId.slice(0, 'YYYY-MM-DD'.length),
    rows: rows[version.name] ?? {},
    seconds: secondsOf(runs, version.runId),
  }))
}

/** A version never changes: what was read of it once is kept. */
async function rowsOf(
  project: Project,
  shown: { name: string; path: string }[],
): Promise<Record<string, Night['rows']>> {
  const dir = join(project.paths.var, 'cache')
  const file = join(dir, 'rows.json')
  const known: Record<string, Night['rows']> = await readFile(file, 'utf8').then(JSON.parse, () => ({}))
  const fresh = shown.filter(({ name }) => !(name in known))
  if (fresh.length === 0) return known
  const found = await Promise.all(fresh.map(async ({ name, path }) => [name, await countsIn(path)] as const))
  const all = { ...known, ...Object.fromEntries(found) }
  const names = new Set(shown.map(({ name }) => name))
  const stays = Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)))
  await privateDir(project.paths.var)
  await privateDir(dir)
  await writeFile(`${file}.${process.pid}`, JSON.stringify(stays), { mode: 0o600 })
  await rename(`${file}.${process.pid}`, file)
  return stays
}

async function countsIn(path: string): Promise<Night['rows']> {
  const db = await openDatabase(path, { readOnly: true, threads: 1 })
  try {
    const models = await db.rows<{ name: string; rows: number }>(
      'select name, rows from ops.models order by name',
    )
    return Object.fromEntries(models.map(({ name, rows }) => [name, rows]))
  } finally {
    db.close()
  }
}

/** A night may have been run more than once: what the last of its runs built anew counts. */
function secondsOf(runs: readonly RunRecord[], runId: string): Night['seconds'] {
  const own = runs.filter((run) => run.runId === runId)
  return Object.assign({}, ...own.map(({ models }) => models.seconds ?? {}))
}

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ClienteleError } from './error.ts'
import { type Project, shownPath } from './project.ts'

/** Where an append left off: the greatest value of the cursor column that has landed. */
export interface Cursor {
  column: string
  value: string | null
  /** VARCHAR, BIGINT or DOUBLE. */
  type: 'VARCHAR' | 'BIGINT' | 'DOUBLE'
}

/** What a load says about itself: `manifest.json`, written last. */
export interface Manifest {
  source: string
  table: string
  loadId: string
  /** Counts from 1 within the table. */
  sequence: number
  kind: 'sqlite' | 'files'
  /** whole: supersedes all that stands; changes: new and changed rows by key, and deleted keys; append: more rows. */
  mode: 'whole' | 'changes' | 'append'
  /** Key columns by their names at the source; empty without a key. */
  key: string[]
  /** The delivered file (its base name), or the database. */
  input: { name: string; sha256: string; bytes: number }
  /** What of the contract decided how the delivery was read. */
  reading: string
  /** Columns of rows.parquet as delivered, without `_row`. */
  columns: { name: string; type: string }[]
  /** Records of the delivery, those that were no news among them. */
  delivered: number
  /** Records of rows.parquet. */
  rows: number
  /** Records that could not be split into columns: rejects.parquet. */
  rejects: number
  deleted: number
  cursor: Cursor | null
  /** Earlier loads of the same file that this one, read by a mended contract, stands in for. */
  replaces: string[]
  asOf: string
  validFrom: string
  /** sha256 over the delivery's content. */
  contentHash: string
  deliveredAt: string
  codeVersion: string
}

export interface LandedLoad extends Manifest {
  /** The load's folder. */
  dir: string
}

export const tableDir = (project: Project, source: string, table: string): string =>
  join(project.paths.landing, source, table)

const loadName = /^\d{6}-[0-9a-f]{12}$/

/**
 * The loads of one table that stand, in order of sequence: those that a later load replaces are left out.
 * A folder without a manifest does not count.
 */
export async function standingLoads(project: Project, source: string, table: string): Promise<LandedLoad[]> {
  const loads = await allLoads(tableDir(project, source, table))
  const replaced = new Set(loads.flatMap(({ replaces }) => replaces))
  return loads.filter(({ loadId }) => !replaced.has(loadId))
}

/** Every landed load of a table's folder, in order of sequence. */
export async function allLoads(dir: string): Promise<LandedLoad[]> {
  const names = (await namesIn(dir)).filter((name) => loadName.test(name)).sort()
  const loads = await Promise.all(names.map((name) => readManifest(join(dir, name))))
  return loads.filter((load) => load !== undefined)
}

async function readManifest(dir: string): Promise<LandedLoad | undefined> {
  const file = join(dir, 'manifest.json')
  if (!existsSync(file)) return undefined
  try {
    return { ...(JSON.parse(await readFile(file, 'utf8')) as Manifest), dir }
  } catch (cause) {
    const where = { file: shownPath(file) }
    const how = 'Landing is the only copy of what was delivered: restore this folder from a backup.'
    throw new ClienteleError({ what: 'a manifest in landing cannot be read', where, how }, 1, { cause })
  }
}

/**
 * Removes what killed runs left behind: hidden folders, and load folders without a manifest.
 * Only one run at a time may extract. Returns how many were removed.
 */
export async function sweepLanding(project: Project): Promise<number> {
  const landing = project.paths.landing
  const leftovers: string[] = []
  for (const source of await namesIn(landing)) {
    if (source.startsWith('.')) leftovers.push(join(landing, source))
    else leftovers.push(...(await unfinished(join(landing, source))))
  }
  for (const path of leftovers) await rm(path, { recursive: true, force: true })
  return leftovers.length
}

async function unfinished(sourceDir: string): Promise<string[]> {
  const found: string[] = []
  for (const table of await namesIn(sourceDir)) {
    for (const name of await namesIn(join(sourceDir, table))) {
      const path = join(sourceDir, table, name)
      const halfLoad = loadName.test(name) && !existsSync(join(path, 'manifest.json'))
      if (name.startsWith('.') || name.endsWith('.part') || halfLoad) found.push(path)
    }
  }
  return found
}

/** Names everything that has landed: sha256 over all load ids. It holds no clock and no path. */
export async function landingFingerprint(project: Project): Promise<string> {
  const hash = createHash('sha256')
  for (const source of (await namesIn(project.paths.landing)).sort()) {
    for (const table of (await namesIn(join(project.paths.landing, source))).sort()) {
      for (const { loadId } of await allLoads(tableDir(project, source, table)))
        hash.update(`${source}/${table}/${loadId}\n`)
    }
  }
  return hash.digest('hex')
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true })
    return entries.map(({ name }) => name)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}

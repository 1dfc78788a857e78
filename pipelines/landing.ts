import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ClienteleError } from './error.ts'
import { type Project, shownPath } from './project.ts'
import { sourceState } from './source-state.ts'

/** Where an append left off: the greatest value of the cursor column that has landed. */
export interface Cursor {
  column: string
  value: string | null
  /** The engine's type of the column when it landed. */
  type: string
}

/** What the sender of a file says is in it. */
export interface ControlTotals {
  rows?: number
  /** By column of the contract: the sum over all delivered rows. */
  sums: Record<string, string>
}

/** What a load says about itself: `manifest.json`, written last. */
export interface Manifest {
  source: string
  table: string
  loadId: string
  /** Counts from 1 within the table. */
  sequence: number
  kind: 'sqlite' | 'files' | 'postgres' | 'mysql'
  /** whole: supersedes all that stands; changes: new and changed rows by key, and deleted keys; append: more rows. */
  mode: 'whole' | 'changes' | 'append'
  /** Key columns by their names at the source; empty without a key. */
  key: string[]
  /** The delivered file (its base name), or the database. */
  input: { name: string; sha256: string; bytes: number /** Where it was detected. */; encoding?: string }
  /** What of the contract decided how the delivery was read. */
  reading: string
  /** False: rows.parquet holds no `_row`, its rows are numbered as they stand; see `landedRows`. Else it holds one. */
  numbered?: false
  /** Columns of rows.parquet as delivered, without `_row`. */
  columns: { name: string; type: string }[]
  /** Records of the delivery, those that were no news among them. */
  delivered: number
  /** Records of rows.parquet. */
  rows: number
  /** Records that could not be split into columns: rejects.parquet. */
  rejects: number
  deleted: number
  /** Records of the delivery that could not be split, those that had landed before among them. */
  unread?: number
  cursor: Cursor | null
  /** What the delivery was held against when it came. */
  control?: ControlTotals
  /** Earlier loads of the same file that this one, read by a mended contract, stands in for. */
  replaces: string[]
  /** What was personal in that load is gone: this one stands in for it since that day. */
  emptied?: { loadId: string; asOf: string }
  asOf: string
  validFrom: string
  /** sha256 over the delivery's content. */
  contentHash: string
  deliveredAt: string
  codeVersion: string
}

export interface LandedLoad extends Manifest {
  /** The load's folder, or the bundle's that holds it. */
  dir: string
  /** In a bundle: the files that it shares with loads of the same columns. */
  shared?: { rows: string; deleted: string }
}

/** Versions that had ended by a day are no longer kept. */
export interface Folded {
  /** The last load that was folded. */
  sequence: number
  /** YYYY-MM-DD: what ended on this day or earlier is gone; what held after it is exact. */
  before: string
  /** Digest over the ids of all loads up to that one, those among them that are gone. */
  chain: string
}

/** `bundle.json`: loads that were put together in one folder. They keep their ids, rows keep load and position. */
export interface Bundle {
  /** Folders of loads that it holds: they count no more, and go. */
  holds: string[]
  folded: Folded | null
  loads: (Manifest & { shared: NonNullable<LandedLoad['shared']> })[]
}

/** What stands in landing for one table, in order of sequence. */
export interface LandedTable {
  loads: LandedLoad[]
  folded: Folded | null
}

export const tableDir = (project: Project, source: string, table: string): string =>
  join(project.paths.landing, source, table)

const loadName = /^\d{6}-[0-9a-f]{12}$/
const bundleName = /^bundle-\d{6}$/

/**
 * The loads of one table that stand, in order of sequence: those that a later load replaces are left out.
 * A folder without a manifest does not count.
 */
export const standingLoads = async (project: Project, source: string, table: string): Promise<LandedLoad[]> =>
  (await landedTable(project, source, table)).loads

/** The loads of one table that stand, or stood on the night of `knownBy`, and since when its history is kept. */
export async function landedTable(
  project: Project,
  source: string,
  table: string,
  knownBy?: string,
): Promise<LandedTable> {
  const { loads: all, folded } = await readTable(tableDir(project, source, table))
  const loads = knownBy === undefined ? all : all.filter((load) => knownSince(load, all) <= knownBy)
  const replaced = new Set(loads.flatMap(({ replaces }) => replaces))
  return { loads: loads.filter(({ loadId }) => !replaced.has(loadId)), folded }
}

/** The day of the night that brought it. What stands in for an earlier load is as old as that one: the same file. */
const knownSince = ({ validFrom, replaces }: LandedLoad, all: LandedLoad[]): string =>
  all
    .filter(({ loadId }) => replaces.includes(loadId))
    .reduce((first, load) => (load.validFrom < first ? load.validFrom : first), validFrom)

/** Every landed load of a table, those that a later one replaces among them, in order of sequence. */
export const allLoads = async (dir: string): Promise<LandedLoad[]> => (await readTable(dir)).loads

async function readTable(dir: string): Promise<LandedTable> {
  const bundle = await newestBundle(dir)
  const held = new Set(bundle?.holds)
  const names = (await namesIn(dir)).filter((name) => loadName.test(name) && !held.has(name)).sort()
  const loose = (await Promise.all(names.map((name) => readManifest(join(dir, name))))).filter(
    (load) => load !== undefined,
  )
  const bundled = (bundle?.loads ?? []).map((load) => ({ ...load, dir: bundle?.dir as string }))
  const loads = [...bundled, ...loose].sort((a, b) => a.sequence - b.sequence)
  return { loads, folded: bundle?.folded ?? null }
}

/** The bundle that counts. Others are older, and were not removed before a run was killed. */
export async function newestBundle(dir: string): Promise<(Bundle & { name: string; dir: string }) | null> {
  const name = (await namesIn(dir))
    .filter((one) => bundleName.test(one))
    .sort()
    .at(-1)
  if (name === undefined) return null
  const path = join(dir, name)
  return { ...(await readJson<Bundle>(join(path, 'bundle.json'))), name, dir: path }
}

async function readManifest(dir: string): Promise<LandedLoad | undefined> {
  const file = join(dir, 'manifest.json')
  return existsSync(file) ? { ...(await readJson<Manifest>(file)), dir } : undefined
}

async function readJson<T>(file: string): Promise<T> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
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
    const dir = join(sourceDir, table)
    const bundle = await newestBundle(dir)
    for (const name of await namesIn(dir)) {
      const halfLoad = loadName.test(name) && !existsSync(join(dir, name, 'manifest.json'))
      const bundled = bundle?.holds.includes(name) || (bundleName.test(name) && name !== bundle?.name)
      if (name.startsWith('.') || name.endsWith('.part') || halfLoad || bundled) found.push(join(dir, name))
    }
  }
  return found
}

/**
 * A digest over the ids of loads in their order. A bundle keeps that of the loads it dropped, so that putting loads
 * together changes nothing.
 */
export function chainOf({ loads, folded }: LandedTable): string {
  return loads
    .filter(({ sequence }) => sequence > (folded?.sequence ?? 0))
    .reduce((chain, { loadId }) => digest(`${chain}\n${loadId}`), folded?.chain ?? '')
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

/**
 * Names all that stands in landing, or stood on the night of `knownBy`: no clock and no path is in it, and a bundle is
 * the same as its loads.
 */
export async function landingFingerprint(project: Project, knownBy?: string): Promise<string> {
  const hash = createHash('sha256')
  for (const source of (await namesIn(project.paths.landing)).sort()) {
    hash.update(JSON.stringify(await sourceState(project, source, knownBy)))
    for (const table of (await namesIn(join(project.paths.landing, source))).sort()) {
      const landed = await landedTable(project, source, table, knownBy)
      if (landed.loads.length > 0)
        hash.update(`${source}/${table}/${chainOf(landed)}/${landed.folded?.before ?? ''}\n`)
    }
  }
  return hash.digest('hex')
}

/** Every table that has landed, of whatever source. */
export async function landedTables(
  project: Project,
): Promise<(LandedTable & { source: string; table: string })[]> {
  const all: (LandedTable & { source: string; table: string })[] = []
  for (const source of await namesIn(project.paths.landing))
    for (const table of await namesIn(join(project.paths.landing, source)))
      all.push({ source, table, ...(await landedTable(project, source, table)) })
  return all
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

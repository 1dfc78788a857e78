import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { type Db, openDatabase } from '../duckdb.ts'
import { landedRows } from '../landed-rows.ts'
import { type LandedLoad, standingLoads } from '../landing.ts'
import { silent } from '../log.ts'
import { openProject, type Project } from '../project.ts'
import type { StageContext } from '../stage.ts'
import { draftChecks } from './checks.ts'
import { type DraftColumn, draftColumn } from './column.ts'
import { type Described, describe } from './describe.ts'
import type { Catalogue, Declared } from './describe-server.ts'
import { firstRows } from './first-rows.ts'
import { isKeyName, warehouseNames } from './names.ts'
import { writeContract } from './write.ts'

/** A table as it was found. */
export interface DraftTable {
  name: string
  from: Record<string, unknown>
  columns: (DraftColumn & { name: string })[]
  key: string[]
  rows: number
  /** There may be more rows: no more were asked for. */
  isPart: boolean
  /** Records that could not be split into columns. */
  rejects: number
  checks: { name: string; condition: string }[]
  /** Conditions that the source declares and that cannot be taken over as they stand. */
  unread: { name: string; condition: string }[]
}

export interface DraftOptions {
  /** The source's name; it is the name of its file, too. */
  source: string
  table?: string | undefined
  asOf: string
  env?: NodeJS.ProcessEnv
  /** Rows of each table of a server that are looked at. */
  rows?: number
}

/** Enough to see what values look like, and little to a server at work. */
export const rowsLookedAt = 100_000

/** The stage that the night uses: it brings what a source holds into the landing of a project. */
export interface Reading {
  extract(ctx: StageContext): Promise<unknown>
  catalogue: Catalogue
}

/**
 * Drafts a contract by looking at the values of a file or a database: at all of them, of a server at the first rows of
 * each table. What stands there is read by the night's own
 * extract, into a folder that goes afterwards: whatever a contract can name can be drafted from, and the draft takes
 * in what it was drafted from. Marks of personal data are guesses; a person reads them before they count.
 */
export async function draftContract(
  project: Project,
  from: string,
  options: DraftOptions,
  { extract, catalogue }: Reading,
): Promise<string> {
  const { asOf, env = {}, source, table, rows = rowsLookedAt } = options
  const shared = { asOf, clock: () => new Date(0), log: silent }
  const described = await describe({ ...shared, project, env }, { from, source, table }, catalogue)
  const dir = await mkdtemp(join(tmpdir(), 'clientele-draft-'))
  const db = await openDatabase(':memory:')
  try {
    const trial = await trialProject(dir, project, described, rows)
    await extract({ ...shared, project: trial, env: described.env })
    const tables: DraftTable[] = []
    for (const table of described.tables) {
      const load = (await standingLoads(trial, 'draft', table.name)).at(-1)
      tables.push({ ...(await draftTable(db, table, load)), isPart: !!table.declared && load?.rows === rows })
    }
    return writeContract(options.source, described.source, tables)
  } finally {
    db.close()
    await rm(dir, { recursive: true, force: true })
  }
}

/** A project of its own, with a contract that names no column: all that is delivered stays in its landing. */
async function trialProject(
  dir: string,
  project: Project,
  described: Described,
  rows: number,
): Promise<Project> {
  const absolute = (keys: Record<string, unknown>) =>
    typeof keys.path === 'string' && !isAbsolute(keys.path)
      ? { ...keys, path: resolve(project.dir, keys.path) }
      : keys
  const columns = { none: { type: 'VARCHAR', from: '\u0000', optional: true } }
  const { kind } = described.source
  const tables = described.tables.map(({ name, from }) => {
    const isServed = kind === 'postgres' || kind === 'mysql'
    const own = isServed ? { query: firstRows(kind, String(from.table ?? name), rows) } : absolute(from)
    return [name, { ...own, columns }]
  })
  const source = { source: 'draft', ...absolute(described.source), tables: Object.fromEntries(tables) }
  await mkdir(join(dir, 'sources'))
  await writeFile(join(dir, 'sources/draft.yaml'), stringify(source))
  const { timeZone, reportingCurrency } = project.config
  const config = { name: 'draft', title: 'Draft', timeZone, reportingCurrency }
  await writeFile(join(dir, 'clientele.config.ts'), `export default ${JSON.stringify(config)}\n`)
  return openProject(dir)
}

async function draftTable(
  db: Db,
  { name, from, key, declared }: Described['tables'][number],
  load: LandedLoad | undefined,
): Promise<Omit<DraftTable, 'isPart'>> {
  if (!load) return { name, from, columns: [], key: [], rows: 0, rejects: 0, checks: [], unread: [] }
  const names = warehouseNames(load.columns.map((column) => column.name))
  const columns: DraftTable['columns'] = []
  for (const [i, { name: header, type }] of load.columns.entries())
    columns.push({
      ...asDeclared(await draftColumn(db, landedRows(load), header, type), type, declared),
      name: names[i] as string,
    })
  const declaredKey = key.flatMap((one) => columns.find(({ header }) => header === one)?.name ?? [])
  return {
    name,
    from,
    columns,
    key: declaredKey.length > 0 ? declaredKey : keyOf(columns),
    rows: load.rows,
    rejects: load.rejects,
    ...(await draftChecks(db, load, columns, declared?.checks ?? [])),
  }
}

/** What a server declares comes before what its values look like. Moments in the warehouse are of the project's clock. */
function asDeclared(drafted: DraftColumn, landed: string, declared: Declared | undefined): DraftColumn {
  const said = declared?.columns.find(({ name }) => name === drafted.header)
  if (!said) return drafted
  const type = landed === 'TIMESTAMPTZ' ? 'TIMESTAMP' : landed
  const guessed = type === 'VARCHAR' ? drafted.enum : []
  const words = said.words.length > 0 ? said.words : guessed
  return {
    ...drafted,
    ...(said.isLoose ? {} : { type, format: [], orFormat: undefined }),
    notNull: said.notNull,
    enum: words,
  }
}

/** The first column that is called like a key and tells every row from the others. */
function keyOf(columns: DraftTable['columns']): string[] {
  const found = columns.find(
    ({ header, notNull, distinct, rows }) => notNull && distinct === rows && rows > 1 && isKeyName(header),
  )
  return found ? [found.name] : []
}

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { onTestFinished } from 'vitest'
import { type Compacted, compact } from '../pipelines/compact/compact.ts'
import { type Db, openDatabase, type Row } from '../pipelines/duckdb.ts'
import { type Extracted, extract } from '../pipelines/extract/extract.ts'
import { type Loaded, load } from '../pipelines/load/load.ts'
import { openProject } from '../pipelines/project.ts'
import type { StageContext } from '../pipelines/stage.ts'

/** A project of its own, in a folder that goes with the test, with the two stages of the intake. */
export interface Intake {
  dir: string
  db: Db
  /** Every line that was said, in order. */
  said: string[]
  env: NodeJS.ProcessEnv
  /** Waits between attempts; without it none is waited for. */
  sleep?: (milliseconds: number) => Promise<void>
  /** Called with every progress text. */
  watch?: (text: string) => void
  write(path: string, content: string | Uint8Array): Promise<void>
  /** Runs SQL on an SQLite database of the project. */
  sqlite(path: string, ...statements: string[]): void
  extract(asOf?: string): Promise<Extracted[]>
  load(options?: { full?: boolean; asOf?: string }): Promise<Loaded[]>
  /** Puts together what has landed; `always`: whether it is due or not. */
  compact(asOf?: string, always?: boolean): Promise<Compacted[]>
  /** Extract, then load. */
  night(asOf?: string): Promise<Loaded[]>
  rows<T = Row>(statement: string): Promise<T[]>
  /** Folders and files of the landing of a table, hidden ones among them. */
  landing(source: string, table: string): Promise<string[]>
  manifest(source: string, table: string, loadId: string): Promise<Record<string, unknown>>
}

export async function openIntake(sources: Record<string, string>): Promise<Intake> {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-intake-'))
  const db = await openDatabase(':memory:')
  onTestFinished(async () => {
    db.close()
    await rm(dir, { recursive: true, force: true })
  })
  await writeFile(join(dir, 'clientele.config.ts'), config)
  const intake: Intake = {
    dir,
    db,
    said: [],
    env: {},
    async write(path, content) {
      await mkdir(dirname(join(dir, path)), { recursive: true })
      await writeFile(join(dir, path), content)
    },
    sqlite(path, ...statements) {
      const database = new DatabaseSync(join(dir, path))
      for (const statement of statements) database.exec(statement)
      database.close()
    },
    extract: async (asOf) => extract(await context(intake, asOf)),
    load: async ({ full = false, asOf } = {}) => load(await context(intake, asOf), db, { full }),
    compact: async (asOf, always = true) => compact(await context(intake, asOf), db, { always }),
    async night(asOf) {
      await intake.extract(asOf)
      return intake.load()
    },
    rows: (statement) => db.rows(statement),
    landing: async (source, table) =>
      (await readdir(join(dir, 'var/landing', source, table)).catch(() => [])).sort(),
    manifest: async (source, table, loadId) =>
      JSON.parse(await readFile(join(dir, 'var/landing', source, table, loadId, 'manifest.json'), 'utf8')),
  }
  await mkdir(join(dir, 'input'))
  for (const [name, text] of Object.entries(sources)) await intake.write(`sources/${name}.yaml`, text)
  return intake
}

const config = `export default {
  name: 'intake', title: 'Intake', timeZone: 'Europe/London', reportingCurrency: 'GBP', asOf: '2024-03-01',
}
`

async function context(intake: Intake, asOf = '2024-03-01'): Promise<StageContext> {
  const log = {
    line: (text: string) => intake.said.push(text),
    progress: (text: string) => intake.watch?.(text),
  }
  const clock = () => new Date('2024-03-02T03:00:00Z')
  const effects = { random: () => 0, sleep: intake.sleep ?? (async () => {}) }
  return { project: await openProject(intake.dir), asOf, clock, log, env: intake.env, ...effects }
}

import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Db, openDatabase } from '../../pipelines/duckdb.ts'
import { type Log, silent } from '../../pipelines/log.ts'
import { openProject, type Project } from '../../pipelines/project.ts'
import type { StageContext } from '../../pipelines/stage.ts'

/** A project without the base: only the files of one folder, shown by their path below it. */
export async function alone(configDir: string, dir = configDir): Promise<Project> {
  const project = await openProject(configDir)
  const layered: Project['layered'] = async (folder) => filesBelow(dir, folder)
  return { ...project, dir, layered }
}

function filesBelow(dir: string, folder: string) {
  const root = join(dir, folder)
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && join(entry.parentPath, entry.name).startsWith(`${root}/`))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ key: relative(root, path), path, shown: relative(dir, path) }))
}

export const context = (project: Project, asOf = '2024-03-31', log: Log = silent): StageContext => ({
  project,
  asOf,
  clock: () => new Date('2024-04-01T02:00:00Z'),
  log,
  env: {},
})

/** A folder that goes when the test ends. */
export async function scratch(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-build-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** A warehouse file with rows as load leaves them. */
export async function warehouse(): Promise<Db> {
  const db = await openDatabase(join(await scratch(), 'building.duckdb'))
  onTestFinished(() => db.close())
  await db.run(`
    create schema raw;
    create table raw.orders (order_id varchar, person_id varchar, ordered_on date, currency varchar, amount decimal(18,4));
    insert into raw.orders values
      ('o1', 'p1', date '2024-01-05', 'GBP', 10), ('o2', 'p1', date '2024-02-05', 'GBP', 20),
      ('o2', 'p2', date '2024-02-09', 'EUR', -5), ('o4', 'p9', date '2024-03-01', 'XXX', 7.5);
    create table raw.people (person_id varchar, full_name varchar, born_on date);
    insert into raw.people values ('p1', 'Ada Lovelace', date '1990-12-10'), ('p2', 'Lin Daiyu', null);`)
  return db
}

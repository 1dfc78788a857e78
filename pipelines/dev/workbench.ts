import { existsSync } from 'node:fs'
import { chmod, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { sql } from 'kysely'
import { externalTables } from '../build/inputs.ts'
import { type AuditRow, type ModelRow, readStanding, type Standing } from '../build/store.ts'
import type { Db } from '../duckdb.ts'
import { ClienteleError } from '../error.ts'
import { type Project, privateDir, shownPath } from '../project.ts'
import { attachOwn, attachPublished, catalogues, openPublished, tableIn } from './catalogues.ts'
import { objectsIn } from './facts.ts'

/** What the published version tells of itself. */
export interface Published {
  runId: string
  /** YYYY-MM-DD */
  asOf: string
  objects: Map<string, 'table' | 'view'>
  models: Map<string, ModelRow>
  audits: AuditRow[]
  /** `ops.inputs`: fingerprint of each table of `raw`. */
  inputs: Map<string, string>
}

/**
 * An analyst's own file, on top of the published version. Names resolve in the own file first: a table of one's own,
 * or a view of the published one. The published file is only read, so that any number of people may do this while
 * the night runs.
 */
export interface Workbench {
  /** Its `path` is the own file; what is made without naming a database is made there. */
  db: Db
  published: Published
  /** Takes up a version that was published since. Returns whether there was one. */
  follow(): Promise<boolean>
  standing(): Promise<Standing>
  close(): void
}

export async function openWorkbench(project: Project, file: string): Promise<Workbench> {
  const { warehouse } = project.paths
  const db = await openPublished(project)
  try {
    await privateDir(project.paths.var)
    await privateDir(dirname(file))
    await attachForWriting(db, file)
    await db.run(sql`use ${sql.id(catalogues.own)}`)
    const { engine } = await readStanding(db)
    let seen = await identity(warehouse)
    let published = await readPublished(db)
    await layExternal(db, published)
    return {
      db: { ...db, path: file },
      get published() {
        return published
      },
      async follow() {
        const now = await identity(warehouse)
        if (now === undefined || now === seen) return false
        await db.run(sql`detach ${sql.id(catalogues.published)}`)
        await attachPublished(db, warehouse)
        seen = now
        published = await readPublished(db)
        await layExternal(db, published)
        return true
      },
      standing: () => ownStanding(db, engine, published),
      close: () => db.close(),
    }
  } catch (error) {
    db.close()
    throw error
  }
}

/** What stands in the own file. Its runner's tables were made when it was opened, and only this process writes there. */
async function ownStanding(db: Db, engine: string, { inputs }: Published): Promise<Standing> {
  const macros = await db.rows<{ name: string; text: string }>(sql`select name, text from ops.macros`)
  const models = await db.rows<ModelRow>(sql`select * from ops.models`)
  return {
    engine,
    inputs,
    objects: await objectsIn(db, catalogues.own),
    macros: new Map(macros.map(({ name, text }) => [name, text])),
    models: new Map(models.map((row) => [row.name, row])),
    audits: await db.rows<AuditRow>(sql`select * from ops.audits`),
  }
}

async function attachForWriting(db: Db, file: string): Promise<void> {
  const isNew = !existsSync(file)
  try {
    await attachOwn(db, file, { readOnly: false })
  } catch (cause) {
    const isLocked = cause instanceof Error && /lock/i.test(cause.message)
    throw new ClienteleError(
      {
        what: `${shownPath(file)} ${isLocked ? 'is in use by another clientele dev' : 'does not open'}`,
        how: isLocked
          ? 'Go on there, or end it; --user NAME takes another file.'
          : 'Remove it: it holds nothing that cannot be built again.',
      },
      1,
      { cause },
    )
  }
  if (isNew) await chmod(file, 0o600)
}

/** Which file has the name now: publishing puts another one in its place. */
async function identity(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found && `${found.dev}:${found.ino}:${found.mtimeMs}`
}

async function readPublished(db: Db): Promise<Published> {
  const objects = await objectsIn(db, catalogues.published)
  const read = <T>(table: string): Promise<T[]> =>
    objects.has(table)
      ? db.rows<T>(sql`select * from ${tableIn(catalogues.published, table)}`)
      : Promise.resolve([])
  const [run] = await read<{ run_id: string; as_of: string }>('ops.run')
  if (!run) {
    throw new ClienteleError({
      what: 'the published version has no models',
      how: 'Run clientele nightly, or clientele build --publish.',
    })
  }
  const models = await read<ModelRow>('ops.models')
  return {
    runId: run.run_id,
    asOf: run.as_of,
    objects,
    models: new Map(models.map((row) => [row.name, row])),
    audits: await read<AuditRow>('ops.audits'),
    inputs: new Map(
      (await read<{ table_name: string; fingerprint: string }>('ops.inputs')).map((row) => [
        row.table_name,
        row.fingerprint,
      ]),
    ),
  }
}

/** What load made is read from the published version: views of it stand in the own file. */
async function layExternal(db: Db, published: Published): Promise<void> {
  const wanted = externalTables(published)
  if (published.objects.has('ops.inputs')) wanted.add('ops.inputs')
  const standing = await objectsIn(db, catalogues.own)
  await db.transaction(async () => {
    for (const name of externalTables({ objects: standing })) {
      if (!wanted.has(name)) await db.run(sql`drop view ${sql.table(name)}`)
    }
    await layViews(db, wanted)
  })
}

/** Views of published tables under their own names, inside the caller's transaction. */
export async function layViews(db: Db, names: Iterable<string>): Promise<void> {
  const all = [...names]
  for (const schema of new Set(all.map((name) => name.split('.')[0] as string))) {
    await db.run(sql`create schema if not exists ${sql.id(schema)}`)
  }
  for (const name of all) {
    await db.run(
      sql`create or replace view ${sql.table(name)} as select * from ${tableIn(catalogues.published, name)}`,
    )
  }
}

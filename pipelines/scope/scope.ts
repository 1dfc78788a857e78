import { randomBytes } from 'node:crypto'
import { chmod, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { needsOf } from '../build/closure.ts'
import { externalTables } from '../build/inputs.ts'
import { openMacros } from '../build/macros.ts'
import { openMemory } from '../build/memory.ts'
import { defineParameters } from '../build/parameters.ts'
import { openParser } from '../build/parse.ts'
import { readCode } from '../build/read.ts'
import type { Code } from '../build/source.ts'
import { type Db, openDatabase } from '../duckdb.ts'
import { ClienteleError } from '../error.ts'
import { sweepLeavings } from '../leavings.ts'
import { type Project, privateDir } from '../project.ts'
import type { ScopedWarehouse } from '../scoped.ts'
import type { StageContext } from '../stage.ts'
import { filtered } from './filter.ts'
import { type Asked, chooseMembers, type Members } from './members.ts'
import { type Published, readPublished, refuseOtherCode, tableOf } from './published.ts'
import { shared } from './shared.ts'
import { type Treatments, treatmentsOf } from './treatment.ts'

/**
 * Makes, beside the published warehouse, what these queries would read if the firm had only the customers asked for: a
 * file of its own under `var/scoped/`, thrown away when it is closed. Rows of customers are chosen from the published
 * tables; everything that adds them up is made again from those, by the models' own SQL; fits stay as they are.
 */
export async function openScoped(
  { project, log }: StageContext,
  warehouse: string,
  asked: Asked,
  queries: readonly string[],
): Promise<ScopedWarehouse> {
  const { db, close } = await openFile(project, warehouse)
  try {
    log.progress('scope: customers …')
    const members = await chooseMembers(db, asked)
    const published = await readPublished(db)
    const parser = openParser(db, await openMemory(project))
    const code = await readCode(project, db, { external: externalTables(published), parser })
    const treatments = treatmentsOf(code, published.columns)
    const parsed = [...(await parser.parse(queries)).values()]
    await parser.memory.save()
    const references = parsed.flatMap((one) => one.references ?? [])
    const wanted = needsOf(references, code.macros)
    const needed = closureOf(wanted.tables, code, treatments)
    refuseOtherCode(
      code,
      treatments.rebuilt.filter(({ name }) => needed.has(name)),
      published,
    )
    const work = { db, code, members, published, treatments, needed }
    await makeTables(work, wanted.macros, (name) => log.progress(`scope: ${name}`))
    const { scope, customers } = members
    return { db, scope, customers, whole: treatments.whole, close }
  } catch (error) {
    await close()
    throw error
  }
}

interface Work {
  db: Db
  code: Code
  members: Members
  published: Published
  treatments: Treatments
  needed: ReadonlySet<string>
}

/** The tables, and what those of them that are made again are made from. */
function closureOf(tables: Iterable<string>, code: Code, { of }: Treatments): Set<string> {
  const needed = new Set<string>()
  const want = (name: string) => {
    if (needed.has(name)) return
    needed.add(name)
    const model = code.models.get(name)
    if (of.get(name) === 'rebuilt' && model?.language === 'sql')
      for (const input of needsOf([model.select.references], code.macros).tables) want(input)
    if (of.get(name) === 'shared') for (const input of shared[name]?.reads ?? []) want(input)
  }
  for (const name of tables) want(name)
  return needed
}

async function makeTables(
  work: Work,
  macros: ReadonlySet<string>,
  tell: (name: string) => void,
): Promise<void> {
  const { db, code, members, published, treatments, needed } = work
  const schemas = new Set([...needed].map((name) => name.split('.')[0] as string))
  for (const schema of [...schemas, 'ops']) await db.run(sql`create schema if not exists ${sql.id(schema)}`)
  for (const name of published.objects.keys())
    if (name.startsWith('ops.') && !ownTables.includes(name)) await layView(db, name)
  for (const name of ownTables)
    await db.run(sql`create table ${sql.table(name)} as select * from ${tableOf(name)} limit 0`)
  await defineParameters(db, published.parameters)
  const maker = openMacros(db, code, new Map())
  await maker.start()
  const waiting = [...needed].filter((name) => !name.startsWith('ops.'))
  const standing = (name: string) => published.objects.has(name)
  for (const name of waiting.filter(standing)) {
    const treatment = treatments.of.get(name) ?? 'kept'
    if (treatment === 'kept') await layView(db, name)
    else if (treatment !== 'rebuilt' && treatment !== 'shared') {
      const columns = published.columns.get(name) ?? new Set()
      await db.run(sql`create table ${sql.table(name)} as ${filtered(name, treatment, columns, members)}`)
    }
  }
  for (const [name, { rows }] of Object.entries(shared))
    if (needed.has(name)) await db.run(sql`create table ${sql.table(name)} as ${rows(members)}`)
  for (const { name, select } of treatments.rebuilt.filter((model) => needed.has(model.name))) {
    tell(name)
    await maker.ensure(needsOf([select.references], code.macros).macros)
    await db.run(sql`create table ${sql.table(name)} as\n${sql.raw(select.text)}`)
  }
  await maker.ensure(macros)
}

/** What is written while macros are made: those of the published warehouse are not. */
const ownTables = ['ops.macros', 'ops.parameters']

const layView = (db: Db, name: string): Promise<void> =>
  db.run(sql`create view ${sql.table(name)} as select * from ${tableOf(name)}`)

/** An engine with a file of its own, and the published warehouse beside it, read-only. */
async function openFile(
  { paths, config }: Project,
  warehouse: string,
): Promise<{ db: Db; close(): Promise<void> }> {
  await privateDir(paths.var)
  const folder = await privateDir(join(paths.var, 'scoped'))
  await sweepLeavings(folder, /^(\d+)-/)
  const file = join(folder, `${process.pid}-${randomBytes(4).toString('hex')}.duckdb`)
  const db = await openDatabase(':memory:', {
    ...(config.threads ? { threads: config.threads } : {}),
  })
  const close = async () => {
    db.close()
    for (const made of [file, `${file}.wal`, `${file}.tmp`]) await rm(made, { recursive: true, force: true })
  }
  try {
    await db.run(sql`set temp_directory = ${sql.lit(`${file}.tmp`)}`)
    await db.run(sql`attach ${sql.lit(warehouse)} as warehouse (read_only)`)
    await db.run(sql`attach ${sql.lit(file)} as scoped (recovery_mode no_wal_writes)`)
    await chmod(file, 0o600)
    await db.run(sql`use scoped`)
  } catch (cause) {
    await close()
    throw new ClienteleError(
      { what: `the published warehouse does not open: ${(cause as Error).message}` },
      1,
      {
        cause,
      },
    )
  }
  return { db, close }
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { parse } from 'yaml'
import { type Db, openDatabase } from '../../pipelines/duckdb.ts'
import { type LinkageInput, linkageOf, linkageShape } from '../../pipelines/linkage/declaration.ts'
import { defineMacros, runLinkage } from '../../pipelines/linkage/run.ts'
import { baseDir } from '../../pipelines/project.ts'

/** Links the rows of a SELECT (with `record_id` and `source`) as `identity.people`. */
export async function linked(
  select: string,
  declared: Omit<LinkageInput, 'description' | 'records'>,
  before?: (db: Db) => Promise<void>,
): Promise<Db> {
  const db = await openDatabase(':memory:', { threads: 1 })
  await db.run('create schema identity')
  await before?.(db)
  await db.run(sql`create table identity.people_records as ${sql.raw(select)}`)
  await defineMacros(db)
  const shape = { ...declared, description: 'People', records: 'identity.people_records' }
  await runLinkage(db, linkageOf('identity.people', linkageShape.parse(shape)))
  return db
}

/** Links a file by the declaration of a benchmark. */
export async function linkedFile(declaration: string, file: string): Promise<Db> {
  const { read, linkage } = parse(await readFile(join(baseDir, 'bench/linkage', declaration), 'utf8'))
  return linked(read, linkage, (db) => db.run(sql`set variable file = ${sql.lit(file)}`))
}

/** Which records stand together: lists of record_id, longest first. */
export async function clustersOf(db: Db): Promise<string[][]> {
  const rows = await db.rows<{ ids: string }>(
    `select string_agg(record_id, ' ' order by record_id) as ids from identity.people_clusters
     group by cluster_no order by count(*) desc, ids`,
  )
  return rows.map(({ ids }) => ids.split(' '))
}

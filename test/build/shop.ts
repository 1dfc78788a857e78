import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Db } from '../../pipelines/duckdb.ts'
import type { Project } from '../../pipelines/project.ts'
import { alone, scratch, warehouse } from './alone.ts'

const original = join(import.meta.dirname, '..', 'projects', 'shop')

/** The shop of `test/projects/shop`, as it stands in the repository. */
export const shop = (): Promise<Project> => alone(original)

/** A copy of the shop's models that a test may change. */
export async function editableShop(): Promise<Project> {
  const dir = await scratch()
  await cp(join(original, 'sql'), join(dir, 'sql'), { recursive: true })
  const estimator = join(dir, 'sql', 'core', 'gaps.ts')
  const text = await readFile(estimator, 'utf8')
  await writeFile(
    estimator,
    text.replace('../../../../../pipelines', join(original, '..', '..', '..', 'pipelines')),
  )
  return alone(original, dir)
}

/** A warehouse with the shop's four orders, all of them in order. */
export async function shopWarehouse(): Promise<Db> {
  const db = await warehouse()
  await db.run(`
    update raw.orders set order_id = 'o3', amount = 5 where amount = -5;
    update raw.orders set person_id = 'p2', currency = 'GBP' where order_id = 'o4'`)
  return db
}

import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
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

/** What the shop's two raw tables are expected to be. */
export const contract = `
kind: sqlite
path: input/shop.sqlite
tables:
  orders:
    key: [order_id]
    columns: {order_id: VARCHAR, person_id: VARCHAR, ordered_on: DATE, currency: VARCHAR, amount: 'DECIMAL(18,4)'}
  people:
    key: [person_id]
    columns: {person_id: VARCHAR, full_name: VARCHAR, born_on: DATE}
`

/** The shop with a contract for its two raw tables, and nothing loaded. */
export async function contractedShop(): Promise<Project> {
  const project = await editableShop()
  const sources = join(project.dir, 'sources')
  await mkdir(sources)
  await writeFile(join(sources, 'shop.yaml'), contract)
  return { ...project, paths: { ...project.paths, sources, var: join(project.dir, 'var') } }
}

/** Changes one file of an editable shop. */
export async function edit(project: Project, key: string, change: (text: string) => string): Promise<void> {
  const path = join(project.dir, 'sql', key)
  const text = await readFile(path, 'utf8')
  expect(change(text), `the edit of ${key} changes nothing`).not.toBe(text)
  await writeFile(path, change(text))
}

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { build } from '../../pipelines/build/build.ts'
import type { Db } from '../../pipelines/duckdb.ts'
import { openProject, type Project } from '../../pipelines/project.ts'
import { openBuilding } from '../../pipelines/publish/building.ts'
import { publish } from '../../pipelines/publish/publish.ts'
import { context, scratch } from '../build/alone.ts'
import { editableShop } from '../build/shop.ts'

/** What the shop's tills hold as load leaves it: people with names in Latin and in Han letters. */
export const tills = `
  create or replace table raw.orders as select * from (values
    ('o1', 'p1', date '2024-01-05', 'GBP', 10::decimal(18, 4)), ('o2', 'p1', date '2024-02-05', 'GBP', 20),
    ('o3', 'p2', date '2024-02-09', 'EUR', 5), ('o4', 'p2', date '2024-03-01', 'GBP', 7.5))
    as orders(order_id, person_id, ordered_on, currency, amount);
  create or replace table raw.people as select * from (values
    ('p1', 'Ada Lovelace', date '1990-12-10'), ('p2', '林黛玉', null))
    as people(person_id, full_name, born_on);`

/** The shop with its models in a folder that a test may change, and its own warehouse. */
export async function emptyShop(): Promise<Project> {
  const shop = await editableShop()
  const { paths } = await openProject(join(import.meta.dirname, '..', 'projects', 'shop'))
  const made = join(await scratch(), 'var')
  const moved = Object.entries(paths).map(([name, path]) => [name, path.replace(paths.var, made)])
  return { ...shop, paths: Object.fromEntries(moved) }
}

/** The same with a night published; `change` has the last word on what the tills hold. */
export async function publishedShop(): Promise<Project> {
  const project = await emptyShop()
  await publishShop(project, '00000001')
  return project
}

export async function publishShop(project: Project, night: string, change = ''): Promise<void> {
  const db = await openBuilding(project, { fresh: true, full: false })
  await db.run(`create schema if not exists raw; ${tills} ${change}`)
  const runId = `2024-03-31-${night}`
  await build(context(project), db, { full: false, runId })
  await publish(project, db, runId)
}

/** A copy that is being built, as `clientele build` leaves it. */
export async function buildShop(project: Project, change = ''): Promise<void> {
  const db = await openBuilding(project, { fresh: true, full: false })
  try {
    if (change) await db.run(change)
    await build(context(project), db, { full: false, runId: '2024-03-31-00000009' })
  } finally {
    db.close()
  }
}

/** Saves a file of the shop as an editor does. */
export async function edit(project: Project, key: string, change: (text: string) => string): Promise<void> {
  const path = join(project.dir, 'sql', key)
  const text = await readFile(path, 'utf8')
  expect(change(text), `the edit of ${key} changes nothing`).not.toBe(text)
  await writeFile(path, change(text))
}

/** Closes a database when the test ends. */
export function closing(db: Db): Db {
  onTestFinished(() => db.close())
  return db
}

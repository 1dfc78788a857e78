import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { build, plan } from '../../pipelines/build/build.ts'
import { check } from '../../pipelines/build/check.ts'
import { openMemory } from '../../pipelines/build/memory.ts'
import type { Project } from '../../pipelines/project.ts'
import { context } from './alone.ts'
import { contract, contractedShop, edit, shopWarehouse } from './shop.ts'

const day = '2024-03-31'
const fileOf = ({ paths }: Project) => join(paths.var, 'read-before.json')

/** A shop that has run before: only such a project keeps anything. */
async function usedShop(): Promise<Project> {
  const project = await contractedShop()
  await mkdir(project.paths.var)
  return project
}

/** What a check finds with nothing remembered, and again with all of it. */
async function twice(project: Project) {
  await writeFile(fileOf(project), '')
  const cold = await check(project, day)
  const warm = await check(project, day)
  expect(warm).toEqual(cold)
  return warm.faults.map(({ what }) => what)
}

test('a plan is the same with nothing remembered and with all of it', async () => {
  const project = await usedShop()
  const db = await shopWarehouse()
  const cold = await plan(context(project), db, { full: false })
  expect((await stat(fileOf(project))).mode & 0o777).toBe(0o600)
  expect((await readFile(fileOf(project), 'utf8')).length).toBeGreaterThan(1000)
  expect(await plan(context(project), db, { full: false })).toEqual(cold)
})

test('faults are the same, with their places, however much is remembered', async () => {
  const project = await usedShop()
  expect(await twice(project)).toEqual([])
  // Of a head, of its columns, of a syntax, of a name, of an expression, of a test.
  await edit(project, 'staging/people.sql', (text) => text.replace('description:', 'descripton:'))
  await edit(project, 'staging/orders.sql', (text) => text.replace('select', 'select 1 as spare,'))
  await edit(project, 'core/customers.sql', (text) =>
    text.replace('first_order <= as_of()', 'first_ordr <= as_of()'),
  )
  await edit(project, 'core/new_customers.sql', (text) => text.replace('select', 'selct'))
  await edit(project, 'tests/sums-foot.sql', (text) => text.replace('amount', 'amnt'))
  expect((await twice(project)).length).toBeGreaterThan(2)
})

test('a fault that comes into a sound project from outside of a model is found in it', async () => {
  const project = await usedShop()
  expect(await twice(project)).toEqual([])
  const told = async () => (await check(project, day)).faults.map(({ what }) => what)
  const source = join(project.paths.sources, 'shop.yaml')
  await writeFile(source, contract.replaceAll('born_on', 'birth_day'))
  expect(await told()).toEqual([expect.stringContaining('born_on')])
  await writeFile(source, contract)
  expect(await told()).toEqual([])
  await edit(project, 'macros/money.sql', (text) => text.replace('then 0.5', 'then no_rate'))
  expect(await told()).toEqual([expect.stringContaining('no_rate')])
})

test('columns that a SELECT was found to give are found anew when those of a table it reads are others', async () => {
  const [project, db] = [await usedShop(), await shopWarehouse()]
  await edit(project, 'core/new_customers.sql', () => 'select * from staging.people')
  const columns = async () => {
    await build(context(project), db, { full: false, runId: '2024-03-31-00000000' })
    const [row] = await db.rows<{ columns_json: string }>(
      "select columns_json from ops.models where name = 'core.new_customers'",
    )
    const stored = JSON.parse(row?.columns_json as string) as { name: string; type: string }[]
    return stored.map(({ name, type }) => `${name} ${type}`)
  }
  expect(await columns()).toEqual(['person_id VARCHAR', 'full_name VARCHAR', 'born_on DATE'])
  // What load delivers changes, and what another model gives: no letter of this one does.
  await db.run('alter table raw.people alter born_on type timestamp')
  await edit(project, 'staging/people.sql', () => 'select born_on, person_id, full_name from raw.people')
  expect(await columns()).toEqual(['born_on TIMESTAMP', 'person_id VARCHAR', 'full_name VARCHAR'])
  await db.run('alter table raw.people alter born_on type date')
  await edit(project, 'staging/people.sql', (text) => `${text} -- again`)
  expect(await columns()).toEqual(['born_on DATE', 'person_id VARCHAR', 'full_name VARCHAR'])
})

test('what is damaged, foreign or of other code is as good as nothing', async () => {
  const project = await usedShop()
  const memory = await openMemory(project)
  memory.keep('sound', 'key', true)
  await memory.save()
  expect((await openMemory(project)).recall('sound', 'key')).toBe(true)
  const text = await readFile(fileOf(project), 'utf8')
  const [seal, body] = text.split('\n') as [string, string]
  const others = [
    '',
    'no JSON',
    body,
    `${seal}\n${body.replace('true', 'null')}`,
    `0${seal.slice(1)}x\n${body}`,
  ]
  for (const other of others) {
    await writeFile(fileOf(project), other)
    expect((await openMemory(project)).recall('sound', 'key')).toBeUndefined()
  }
})

test('what JSON would not give back is not kept', async () => {
  const memory = await openMemory(await usedShop())
  memory.keep('head', 'endless', { max: Number.POSITIVE_INFINITY })
  memory.keep('head', 'whole', { max: 1 })
  expect([memory.recall('head', 'endless'), memory.recall('head', 'whole')]).toEqual([undefined, { max: 1 }])
})

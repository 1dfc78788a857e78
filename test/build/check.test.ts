import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { check } from '../../pipelines/build/check.ts'
import { baseDir, openProject } from '../../pipelines/project.ts'
import { contract, contractedShop, edit } from './shop.ts'

const told = ({ faults }: Awaited<ReturnType<typeof check>>) =>
  faults.map(({ what, where }) => `${where?.file}:${where?.line} ${what}`)

test('a sound project has no fault, and nothing is made of it', async () => {
  const project = await contractedShop()
  const checked = await check(project, '2024-03-31')
  expect(checked).toEqual({ models: 5, audits: 14, faults: [], passedOver: [] })
  expect(existsSync(project.paths.var)).toBe(false)
})

test('a wrong name deep in the graph does not hide what is wrong elsewhere', async () => {
  const project = await contractedShop()
  await edit(project, 'core/customers.sql', (text) => text.replace('people.full_name,', 'people.ful_name,'))
  await edit(project, 'core/gaps.ts', (text) => text.replace('max(ordered_on)', 'max(orderd_on)'))
  const checked = await check(project, '2024-03-31')
  expect(told(checked)).toEqual([
    'sql/core/customers.sql:23 core.customers: Table "people" does not have a column named "ful_name"',
    expect.stringMatching(/^sql\/core\/gaps\.ts:1\d core\.gaps, input days: .*"orderd_on" not found/),
  ])
  expect(checked.passedOver).toEqual([{ name: 'core.new_customers', because: 'core.customers' }])
})

test('faults of reading and of binding are told together', async () => {
  const project = await contractedShop()
  await edit(project, 'staging/people.sql', (text) => text.replace('raw.people', 'raw.peple'))
  await edit(project, 'staging/orders.sql', (text) => text.replace('select', 'select 1 as spare,'))
  const checked = await check(project, '2024-03-31')
  expect(told(checked)).toEqual([
    expect.stringContaining('staging.orders gives the column spare, which its head does not declare'),
    expect.stringContaining('unknown table: raw.peple'),
  ])
  expect(checked.passedOver.map(({ name }) => name)).toEqual([
    'core.customers',
    'core.gaps',
    'core.new_customers',
  ])
})

test('a macro that does not bind is told once, at its file', async () => {
  const project = await contractedShop()
  await edit(project, 'macros/money.sql', (text) => text.replace('then 0.5', 'then no_rate'))
  const checked = await check(project, '2024-03-31')
  expect(told(checked)).toEqual([expect.stringMatching(/^sql\/macros\/money\.sql:\d+ the macro euro_rate: /)])
  expect(checked.passedOver).toContainEqual({ name: 'core.customers', because: 'in_pounds()' })
})

test('a test that does not run is found without data', async () => {
  const project = await contractedShop()
  await edit(project, 'core/customers.sql', (text) =>
    text.replace('first_order <= as_of()', 'first_ordr <= as_of()'),
  )
  await edit(project, 'tests/sums-foot.sql', (text) => text.replace('amount', 'amnt'))
  const checked = await check(project, '2024-03-31')
  expect(checked.faults.map(({ where }) => where?.file)).toEqual([
    'sql/core/customers.sql',
    'sql/tests/sums-foot.sql',
  ])
  expect(checked.passedOver).toEqual([])
})

test('a contract that cannot be read leaves nothing to check against', async () => {
  const project = await contractedShop()
  await writeFile(
    join(project.paths.sources, 'shop.yaml'),
    contract.replace('key: [order_id]', 'kee: [order_id]'),
  )
  await expect(check(project, '2024-03-31')).rejects.toMatchObject({ exitCode: 2 })
})

test.each(['demo', 'online-retail'])('the models of %s stand against its contracts', async (name) => {
  const checked = await check(await openProject(join(baseDir, 'data', name)), '2025-06-30')
  expect(checked.faults).toEqual([])
  expect(checked.models).toBeGreaterThan(70)
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { build } from '../../pipelines/build/build.ts'
import { draftCase } from '../../pipelines/build/draft-case.ts'
import { runCases } from '../../pipelines/build/run-cases.ts'
import { countFailed } from '../../pipelines/print-cases.ts'
import { context } from './alone.ts'
import { contractedShop, shopWarehouse } from './shop.ts'

test('a case is drafted from published rows that belong together, without personal data, and passes', async () => {
  const shop = await contractedShop()
  const db = await shopWarehouse()
  await build(context(shop), db, { full: false, runId: 'x' })
  await db.run('checkpoint')
  db.close()
  const project = { ...shop, paths: { ...shop.paths, warehouse: db.path } }
  for (const model of ['core.customers', 'core.customers', 'staging.people', 'core.gaps'])
    await draftCase(project, model)
  const drafted = await readFile(join(project.dir, 'sql/core/customers.test.yaml'), 'utf8')
  expect(drafted).toContain('- name: drafted from the night of 2024-03-31\n  as_of: 2024-03-31\n')
  expect(drafted).toContain('- name: drafted from the night of 2024-03-31, 2\n')
  expect(drafted).toContain(
    '{order_id: o1, person_id: p1, ordered_on: 2024-01-05, currency: GBP, amount: 10}',
  )
  expect(drafted).toMatch(
    /\{customer_id: Pp1, full_name: full_name \d, first_order: 2024-01-05, orders: 2, paid: 30\}/,
  )
  expect(drafted).not.toMatch(/Lovelace|Daiyu/)
  const results = await runCases(project, [])
  expect(results).toHaveLength(4)
  expect(countFailed(results)).toBe(0)
})

test('nothing is drafted of a model that is not there, or before a night', async () => {
  const project = await contractedShop()
  await expect(draftCase(project, 'core.customers')).rejects.toThrow('nothing is published')
  const db = await shopWarehouse()
  await build(context(project), db, { full: false, runId: 'x' })
  db.close()
  const published = { ...project, paths: { ...project.paths, warehouse: db.path } }
  await expect(draftCase(published, 'core.custmers')).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('Did you mean core.customers?'),
  })
})

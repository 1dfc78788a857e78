import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { printShown, show, shownJson } from '../../pipelines/dev/show.ts'
import { emptyShop, publishedShop, publishShop } from './published-shop.ts'

const wide = Number.POSITIVE_INFINITY
const options = { limit: 10, personal: false }

test('shows the first rows with types, aligned for Han text', async () => {
  const shown = await show(await publishedShop(), 'staging.people', { limit: 10, personal: true })
  expect(printShown(shown, wide)).toBe(
    [
      'staging.people: 2 rows, 3 columns, published by 2024-03-31-00000001',
      'Everyone we know',
      'Grain: one row a person',
      '',
      'person_id  full_name     born_on',
      '---------  ------------  ----------',
      'VARCHAR    VARCHAR       DATE',
      'p1         Ada Lovelace  1990-12-10',
      // Three letters of two columns each, and six spaces to the width of the name above.
      'p2         林黛玉        NULL',
    ].join('\n'),
  )
})

test('hides personal columns, also those that a model takes over from its inputs', async () => {
  const project = await publishedShop()
  const people = printShown(await show(project, 'staging.people', options), wide)
  expect(people).toContain('p1         <12 characters>  <hidden>')
  expect(people).toContain('p2         <3 characters>   NULL')
  expect(people).toContain('Masked: full_name, born_on. --personal shows them.')
  const customers = await show(project, 'core.customers', options)
  expect(customers.masked).toEqual(['full_name'])
  expect(JSON.stringify(shownJson(customers))).not.toContain('Lovelace')
  expect(shownJson(customers)).toMatchObject({ rows: 2, sample: [{ paid: '30.0000' }, { paid: '10.0000' }] })
})

test('hides a table of the sources unless its contract says which columns are personal', async () => {
  const project = await publishedShop()
  const { masked } = await show(project, 'raw.people', options)
  expect(masked).toEqual(['person_id', 'full_name', 'born_on'])
  project.paths.sources = join(project.dir, 'sources')
  await mkdir(project.paths.sources)
  const contract = join(project.paths.sources, 'tills.yaml')
  await writeFile(
    contract,
    `kind: sqlite
path: tills.sqlite
tables:
  people:
    columns:
      person_id: VARCHAR
      full_name: {type: VARCHAR, pii: direct}
      born_on: {type: DATE, pii: indirect}
`,
  )
  expect((await show(project, 'raw.people', options)).masked).toEqual(['full_name', 'born_on'])
})

test('takes as many rows as asked for, and counts them all', async () => {
  const project = await publishedShop()
  const { rows, sample } = await show(project, 'staging.orders', { ...options, limit: 3 })
  expect([rows, sample.rows.length]).toEqual([4, 3])
  expect((await show(project, 'ops.run', options)).masked).toEqual([])
})

test('stands a wide table upright, with as many rows as there is room for', async () => {
  const shown = await show(await publishedShop(), 'staging.orders', options)
  const lines = printShown(shown, 50).split('\n')
  expect(lines.slice(-8)).toEqual([
    'column      type           1           2',
    '----------  -------------  ----------  ----------',
    'order_id    VARCHAR        o1          o2',
    'person_id   VARCHAR        p1          p1',
    'ordered_on  DATE           2024-01-05  2024-02-05',
    'currency    VARCHAR        GBP         GBP',
    'amount      DECIMAL(18,4)  10.0000     20.0000',
    '… 2 more: widen the window, or take --json',
  ])
})

test('says what is wrong with the name, and when nothing is published', async () => {
  const project = await publishedShop()
  await expect(show(project, 'core.custmers', options)).rejects.toThrow(
    'no table is called core.custmers\n  Did you mean core.customers?',
  )
  await expect(show(await emptyShop(), 'core.customers', options)).rejects.toThrow(
    'nothing is published for shop',
  )
})

test('reads the version that is published now', async () => {
  const project = await publishedShop()
  await publishShop(project, '00000002', "delete from raw.orders where person_id = 'p2'")
  const { rows, runId } = await show(project, 'core.customers', options)
  expect([rows, runId]).toEqual([1, '2024-03-31-00000002'])
})

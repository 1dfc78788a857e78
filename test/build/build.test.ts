import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Built, build } from '../../pipelines/build/build.ts'
import { type Db, openDatabase, type Row } from '../../pipelines/duckdb.ts'
import { ClienteleError } from '../../pipelines/error.ts'
import type { Project } from '../../pipelines/project.ts'
import { context, scratch } from './alone.ts'
import { editableShop, shop, shopWarehouse } from './shop.ts'

const options = { full: false, runId: '2024-03-31-00000000' }
const night = (project: Project, db: Db, asOf = '2024-03-31'): Promise<Built> =>
  build(context(project, asOf), db, options)

const built = ({ models }: Built): string[] =>
  models.filter(({ action }) => action === 'built').map(({ name }) => name)

const all = ['staging.orders', 'staging.people', 'core.customers', 'core.gaps', 'core.new_customers']

/** Every row of every table outside raw, as text, sorted. */
async function contents(db: Db): Promise<Record<string, string[]>> {
  const tables = await db.rows<{ name: string }>(`
    select schema_name || '.' || table_name as name from duckdb_tables() where schema_name <> 'raw'
    union all select schema_name || '.' || view_name from duckdb_views() where not internal order by 1`)
  const found: Record<string, string[]> = {}
  for (const { name } of tables) {
    const rows = await db.rows<Row>(`select * from ${name}`)
    found[name] = rows.map((row) => JSON.stringify(row)).sort()
  }
  return found
}

test('makes every model after those it reads, with its rows as worked out by hand', async () => {
  const db = await shopWarehouse()
  const result = await night(await shop(), db)
  expect(built(result).toSorted()).toEqual(all.toSorted())
  const order = result.models.map(({ name }) => name)
  expect(order.indexOf('staging.orders')).toBeLessThan(order.indexOf('core.customers'))
  expect(order.indexOf('core.customers')).toBeLessThan(order.indexOf('core.new_customers'))
  // p1: 10 + 20 pounds. p2: 5 euro at 0.5, and 7.5 pounds.
  expect(await db.rows('select * from core.customers order by all')).toEqual([
    { customer_id: 'Pp1', full_name: 'Ada Lovelace', first_order: '2024-01-05', orders: 2, paid: 30 },
    { customer_id: 'Pp2', full_name: 'Lin Daiyu', first_order: '2024-02-09', orders: 2, paid: 10 },
  ])
  // 60 days before 31 March is 31 January: p1 is not new.
  expect(await db.rows('select * from core.new_customers')).toEqual([{ customer_id: 'Pp2' }])
  // p1: 31 days, p2: 21 days, one gap each: 26 on average. Cast to the declared types.
  expect(await db.rows('select *, typeof(gap) as type from core.gaps')).toEqual([
    { gap: 26, seen_on: '2024-03-31', currency: null, quantile: 0.5, orders: 2, type: 'DECIMAL(9,2)' },
  ])
  expect(result.models.find(({ name }) => name === 'core.new_customers')?.rows).toBe(1)
  // Ten tests of columns, three of tables, one file.
  expect(result.audits).toEqual({ passed: 14, warned: 0, failed: 0 })
})

test('says in the warehouse what was made from what', async () => {
  const db = await shopWarehouse()
  await night(await shop(), db)
  const models = await db.rows<{ name: string; kind: string; columns_json: string }>(
    'select * from ops.models order by name',
  )
  expect(models.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'core.customers table',
    'core.gaps table',
    'core.new_customers view',
    'staging.orders table',
    'staging.people table',
  ])
  // The mark of a personal column goes with its name to the model that reads it.
  expect(JSON.parse(models[0]?.columns_json as string)).toContainEqual({
    name: 'full_name',
    type: 'VARCHAR',
    description: null,
    pii: 'direct',
  })
  expect(
    await db.rows('select run_id, as_of, reporting_currency, length(code_fingerprint) as code from ops.run'),
  ).toEqual([{ run_id: '2024-03-31-00000000', as_of: '2024-03-31', reporting_currency: 'GBP', code: 32 }])
  expect(
    await db.rows("select * from ops.parameters where name in ('lapse_quantile', 'time_zone') order by name"),
  ).toEqual([
    { name: 'lapse_quantile', value_number: 0.5, value_text: null },
    { name: 'time_zone', value_number: null, value_text: 'Europe/London' },
  ])
})

test('a reader has as_of(), param() and the macros without setting anything', async () => {
  const db = await shopWarehouse()
  await night(await shop(), db)
  await db.run('checkpoint')
  db.close()
  const reader = await openDatabase(db.path, { readOnly: true })
  expect(
    await reader.rows(`
      select as_of() as day, param('new_customer_days') as days, text_param('time_zone') as zone, paid_by('Pp1') as paid,
        (select count(*) from spending(20)) as big, quantile_cont(x, param('lapse_quantile')) as median
      from range(11) as r(x)`),
  ).toEqual([{ day: '2024-03-31', days: 60, zone: 'Europe/London', paid: 30, big: 1, median: 5 }])
  const [plan] = await reader.rows<{ explain_value: string }>(
    'explain select * from staging.orders where ordered_on < as_of() - 40',
  )
  expect(plan?.explain_value).toContain('2024-02-20')
  reader.close()
})

test('a second build on unchanged input makes nothing and changes no table', async () => {
  const [project, db] = [await shop(), await shopWarehouse()]
  const first = await night(project, db)
  const before = await contents(db)
  const second = await night(project, db)
  expect(built(second)).toEqual([])
  expect(second.audits).toEqual(first.audits)
  expect(second.models.map(({ rows }) => rows)).toEqual(first.models.map(({ rows }) => rows))
  expect(await contents(db)).toEqual(before)
})

test('another as-of date makes only what depends on it', async () => {
  const [project, db] = [await shop(), await shopWarehouse()]
  await night(project, db)
  const result = await night(project, db, '2024-02-29')
  expect(built(result).toSorted()).toEqual(all.filter((name) => name !== 'staging.people').toSorted())
  expect(await db.rows('select customer_id, orders from core.customers order by 1')).toEqual([
    { customer_id: 'Pp1', orders: 2 },
    { customer_id: 'Pp2', orders: 1 },
  ])
  expect(await db.rows('select seen_on from core.gaps')).toEqual([{ seen_on: '2024-02-29' }])
})

test('another value of a parameter makes only what reads it', async () => {
  const [project, db] = [await shop(), await shopWarehouse()]
  await night(project, db)
  const withParam = (name: 'new_customer_days' | 'at_risk_quantile', value: number): Project => ({
    ...project,
    config: { ...project.config, params: { ...project.config.params, [name]: value } },
  })
  // The estimator is handed all parameters; models in SQL depend on those they name.
  expect(built(await night(withParam('new_customer_days', 100), db))).toEqual([
    'core.gaps',
    'core.new_customers',
  ])
  expect(await db.rows('select count(*) as n from core.new_customers')).toEqual([{ n: 2 }])
  expect(built(await night(withParam('at_risk_quantile', 0.6), db))).toEqual([
    'core.gaps',
    'core.new_customers',
  ])
})

test('new rows in a source make what reads them, and what reads that', async () => {
  const [project, db] = [await shop(), await shopWarehouse()]
  await night(project, db)
  await db.run("insert into raw.people values ('p3', 'Joan Clarke', null)")
  expect(built(await night(project, db))).toEqual(['staging.people', 'core.customers', 'core.new_customers'])
})

test('the fingerprint that load keeps of a table stands for its rows', async () => {
  const [project, db] = [await shop(), await shopWarehouse()]
  await db.run(`
    create schema ops;
    create table ops.inputs as select * from (values ('orders', 'a'), ('people', 'b')) as t(table_name, fingerprint)`)
  await night(project, db)
  await db.run("insert into raw.people values ('p3', 'Joan Clarke', null)")
  expect(built(await night(project, db))).toEqual([])
  await db.run("update ops.inputs set fingerprint = 'c' where table_name = 'people'")
  expect(built(await night(project, db))).toEqual(['staging.people', 'core.customers', 'core.new_customers'])
})

test('a change of a macro reaches every model that calls it, through other macros too', async () => {
  const [project, db] = [await editableShop(), await shopWarehouse()]
  await night(project, db)
  await edit(project, 'macros/money.sql', (text) => text.replace('then 0.5', 'then 0.8'))
  const result = await night(project, db)
  expect(built(result)).toEqual(['core.customers', 'core.new_customers'])
  expect(await db.rows("select paid from core.customers where customer_id = 'Pp2'")).toEqual([{ paid: 11.5 }])
})

test('a change of the head alone changes what is told, not the rows', async () => {
  const [project, db] = [await editableShop(), await shopWarehouse()]
  await night(project, db)
  await edit(project, 'core/customers.sql', (text) =>
    text
      .replace('Who has ordered', 'Everyone who has ordered')
      .replace('full_name: {type: VARCHAR}', 'full_name: {}'),
  )
  expect(built(await night(project, db))).toEqual([])
  expect(await db.rows("select description from ops.models where name = 'core.customers'")).toEqual([
    { description: 'Everyone who has ordered' },
  ])
  await edit(project, 'core/customers.sql', (text) =>
    text.replace('orders: {type: BIGINT}', 'orders: {type: INTEGER}'),
  )
  await expect(night(project, db)).rejects.toThrow(
    'core.customers.orders is declared INTEGER, but the SELECT gives BIGINT',
  )
})

test('a model that has gone leaves no table; a table may become a view and back', async () => {
  const [project, db] = [await editableShop(), await shopWarehouse()]
  await night(project, db)
  await rm(join(project.dir, 'sql', 'core', 'gaps.ts'))
  await edit(project, 'core/new_customers.sql', (text) => text.replace('kind: view', 'kind: table'))
  await edit(project, 'staging/people.sql', (text) => text.replace('grain:', 'kind: view\ngrain:'))
  expect(built(await night(project, db)).toSorted()).toEqual([
    'core.customers',
    'core.new_customers',
    'staging.people',
  ])
  const objects = async () =>
    (
      await db.rows<{ name: string }>(`
      select 'table ' || table_name as name from duckdb_tables() where schema_name in ('core', 'staging')
      union all select 'view ' || view_name from duckdb_views() where not internal order by 1`)
    ).map(({ name }) => name)
  expect(await objects()).toEqual(['table customers', 'table new_customers', 'table orders', 'view people'])
  await edit(project, 'staging/people.sql', (text) => text.replace('kind: view\n', ''))
  await night(project, db)
  expect(await objects()).toEqual(['table customers', 'table new_customers', 'table orders', 'table people'])
  expect(await db.rows('select name from ops.models order by 1')).toHaveLength(4)
})

test('a macro that has gone is dropped', async () => {
  const [project, db] = [await editableShop(), await shopWarehouse()]
  await night(project, db)
  await edit(project, 'macros/money.sql', (text) => text.replace(/create macro (paid_by|spending).*\n/g, ''))
  await night(project, db)
  await expect(db.rows("select paid_by('Pp1')")).rejects.toThrow('paid_by')
  await expect(db.rows('select * from spending(1)')).rejects.toThrow('spending')
})

test('what stands after many small builds equals one full build, table by table', async () => {
  const [project, db] = [await editableShop(), await shopWarehouse()]
  await night(project, db, '2024-02-05')
  await edit(project, 'macros/money.sql', (text) => text.replace('then 0.5', 'then 0.8'))
  await night(project, db, '2024-02-29')
  await db.run("insert into raw.orders values ('o5', 'p1', date '2024-03-02', 'EUR', 9)")
  await edit(project, 'staging/orders.sql', (text) => text.replace('range: {min: 0}', 'range: {min: 6}'))
  await night(project, db)
  const full = await shopWarehouse()
  await full.run("insert into raw.orders values ('o5', 'p1', date '2024-03-02', 'EUR', 9)")
  await build(context(project), full, { ...options, full: true })
  await build(context(project), full, { ...options, full: true })
  const tables = await contents(full)
  expect(Object.keys(tables)).toContain('audit.failures')
  expect(tables['audit.failures']).toHaveLength(1)
  expect(await contents(db)).toEqual(tables)
})

test('a model that fails stops the build, leaves its old table and no row that says otherwise', async () => {
  const [project, db] = [await editableShop(), await shopWarehouse()]
  await night(project, db)
  const before = await db.rows('select * from core.customers order by all')
  await edit(project, 'core/customers.sql', (text) =>
    text.replace('people.full_name', 'cast(people.full_name as date)::varchar as full_name'),
  )
  const error = await night(project, db).catch((thrown) => thrown)
  expect(error).toBeInstanceOf(ClienteleError)
  expect(error.message).toContain('at sql/core/customers.sql:23:41')
  expect(error.message).not.toContain('Lovelace')
  expect(await db.rows('select * from core.customers order by all')).toEqual(before)
  expect(await db.rows("select * from ops.models where name = 'core.customers'")).toEqual([])
})

test('nothing is written when a file has a fault', async () => {
  const [project, db] = [await editableShop(), await shopWarehouse()]
  await night(project, db)
  const before = await contents(db)
  await edit(project, 'staging/people.sql', (text) => text.replace('raw.people', 'raw.peple'))
  await edit(project, 'tests/sums-foot.sql', (text) => text.replace('from orders', 'form orders'))
  const error = await night(project, db).catch((thrown) => thrown)
  expect(error.faults).toHaveLength(2)
  expect(await contents(db)).toEqual(before)
})

test("a project's file is bound by the head of the file that it replaces", async () => {
  const base = await editableShop()
  const db = await shopWarehouse()
  const dir = await scratch()
  const path = join(dir, 'orders.sql')
  const layered: Project['layered'] = async (folder) =>
    (await base.layered(folder)).map((file) =>
      file.key === 'staging/orders.sql' ? { ...file, path, shown: 'mine.sql', replaces: file } : file,
    )
  const project = { ...base, layered }
  await writeFile(
    path,
    '/*\ndescription: Mine\ncolumns:\n  amount: {description: Paid}\n*/\nselect * from raw.orders',
  )
  await night(project, db)
  const [row] = await db.rows<{ description: string; grain: string; columns_json: string }>(
    "select * from ops.models where name = 'staging.orders'",
  )
  expect(row).toMatchObject({ description: 'Mine', grain: 'order_id' })
  expect(JSON.parse(row?.columns_json as string)).toContainEqual({
    name: 'amount',
    type: 'DECIMAL(18,4)',
    description: 'Paid',
    pii: null,
  })
  await writeFile(
    path,
    "select order_id, person_id, ordered_on, 'XXX' as currency, amount::double as amount from raw.orders",
  )
  const typed = await night(project, db).catch((thrown) => thrown)
  expect(typed.message).toContain(
    'staging.orders.amount is declared DECIMAL(18,4), but the SELECT gives DOUBLE',
  )
  expect(typed.faults[0].where.file).toBe('sql/staging/orders.sql')
  await writeFile(path, "select order_id, person_id, ordered_on, 'XXX' as currency, amount from raw.orders")
  const audited = await night(project, db).catch((thrown) => thrown)
  expect(audited.message).toContain(
    'staging.orders: accepted_values(currency) fails for 4 rows\n  at sql/staging/orders.sql:8:',
  )
})

async function edit(project: Project, key: string, change: (text: string) => string): Promise<void> {
  const files = await project.layered('sql')
  const path = files.find((file) => file.key === key)?.path as string
  const text = await readFile(path, 'utf8')
  expect(change(text), `the edit of ${key} changes nothing`).not.toBe(text)
  await writeFile(path, change(text))
}

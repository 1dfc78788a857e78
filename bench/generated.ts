import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Db, openDatabase } from '../pipelines/duckdb.ts'
import { openProject, type Project } from '../pipelines/project.ts'

/** A project of models that read each other, ten layers deep, none of the base's among them. */
export interface Generated {
  dir: string
  models: number
  tests: number
}

const layers = 10

/** Writes `models` model files in a folder of its own, with 25 tests to every eight models, or with none. */
export async function generate(models: number, { tested = true } = {}): Promise<Generated> {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-bench-'))
  const wide = Math.ceil(models / layers)
  let tests = 0
  await writeFile(join(dir, 'clientele.config.ts'), config)
  await mkdir(join(dir, 'var'))
  for (let i = 0; i < models; i++) {
    const [layer, at] = [Math.floor(i / wide), i % wide]
    const folder = join(dir, 'sql', `layer_${layer}`)
    if (at === 0) await mkdir(folder, { recursive: true })
    const reads =
      layer === 0 ? ['raw.orders', 'raw.orders'] : [at, (at * 7 + 1) % wide].map(inLayer(layer - 1))
    const count = !tested ? 0 : i % 8 === 0 ? 4 : 3
    tests += count
    const text = model(i, count, reads as [string, string])
    await writeFile(join(folder, `model_${at}.sql`), tested ? text : untested(text))
  }
  return { dir, models, tests }
}

const inLayer = (layer: number) => (at: number) => `layer_${layer}.model_${at}`

const config = `export default {
  title: { en: 'Generated' }, name: 'generated', timeZone: 'Europe/London', reportingCurrency: 'GBP', locales: ['en'],
}
`

const model = (i: number, tests: number, [one, other]: [string, string]): string => `/*
description: Orders of step ${i}, with the whole amount of each customer.
grain: order_id
columns:
  order_id: {type: BIGINT, description: The order, tests: [not_null${tests > 3 ? ', unique' : ''}]}
  customer_id: {type: BIGINT, description: Who ordered, tests: [not_null]}
  ordered_on: {type: DATE, description: The day of the order}
  amount: {type: 'DECIMAL(18,4)', description: In reporting currency}
  whole: {type: 'DECIMAL(38,4)', description: All amounts of the customer and this one}
tests:
  - expression: amount >= -${1000 + i}
*/
with
  orders as (
    select order_id, customer_id, ordered_on, amount
    from ${one}
    where ordered_on <= as_of()
  ),
  others as (
    select customer_id, count(*) as orders, sum(amount) as amount, max(ordered_on) as last_on
    from ${other}
    group by customer_id
  )
select
  orders.order_id,
  orders.customer_id,
  orders.ordered_on,
  coalesce(orders.amount, 0)::decimal(18, 4) as amount,
  others.amount + orders.amount as whole
from orders
join others using (customer_id)
where others.orders > ${i % 3} or others.last_on > date '2020-01-01'
`

const untested = (text: string): string =>
  text.replaceAll(/, tests: \[[^\]]*\]/g, '').replace(/tests:\n.*\n/, '')

/** The project in a folder that `generate` made: its own models, without the base's. */
export async function openGenerated(dir: string): Promise<Project> {
  const project = await openProject(dir)
  return {
    ...project,
    async layered(folder) {
      const root = join(dir, folder)
      const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
      return entries
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name))
        .sort()
        .map((path) => ({ key: path.slice(root.length + 1), path, shown: path.slice(dir.length + 1) }))
    },
  }
}

/** A warehouse in memory with the one table that the first layer reads. */
export async function openOrders(rows: number, path = ':memory:'): Promise<Db> {
  const db = await openDatabase(path)
  await db.run(`create schema raw; create table raw.orders as
    select i as order_id, i % ${Math.ceil(rows / 5)} as customer_id, date '2020-01-01' + (i % 1000)::integer as ordered_on,
      (i % 977)::decimal(18, 4) as amount
    from range(${rows}) r(i)`)
  // As load does, which knows what it has taken in: without it a build would read the whole table to tell.
  await db.run(
    `create schema ops; create table ops.inputs as select 'orders' as table_name, '${rows}' as fingerprint`,
  )
  return db
}

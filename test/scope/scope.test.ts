import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Db, openDatabase } from '../../pipelines/duckdb.ts'
import { baseDir } from '../../pipelines/project.ts'
import { openScoped } from '../../pipelines/scope/scope.ts'
import type { ScopedWarehouse } from '../../pipelines/scoped.ts'
import type { StageContext } from '../../pipelines/stage.ts'
import { firmDay } from '../firm.ts'
import { firmAfterNight } from '../first-night.ts'
import { openBeside } from './part.ts'

let ctx: StageContext
let firm: Db
beforeAll(async () => {
  ctx = await openBeside(await firmAfterNight(), firmDay)
  firm = await openDatabase(ctx.project.paths.warehouse, { readOnly: true })
}, 240_000)
afterAll(() => firm?.close())

const withScope = async <T>(
  asked: { region?: string; segment?: string },
  queries: readonly string[],
  work: (scoped: ScopedWarehouse) => Promise<T>,
): Promise<T> => {
  const scoped = await openScoped(ctx, ctx.project.paths.warehouse, asked, queries)
  return work(scoped).finally(() => scoped.close())
}

/** Figures that add up, under a key; `k` is in every part the same. */
const additive: Record<string, string> = {
  kpis: `select concat_ws(' ', period, comparison, dimension, member) as k, net_sales, net_sales_constant, contribution, orders,
    buyers, active_customers, new_customers, lapsed_customers, reactivated_customers, left_customers, list_sales, returned,
    cost_of_goods, service_cost, contact_cost, unknown_orders
    from summary.kpis where dimension in ('all', 'kind', 'channel_kind')`,
  lines: 'select class as k, lines, orders, customers, net_amount from core.reconciliation',
  stages:
    "select dimension || ' ' || member as k, customers, customers_before, net_sales, contribution from base.mix",
  segments:
    "select kind || ' ' || segment as k, customers, prior_customers, net_sales, margin from rfm.segments",
  tiers: "select kind || ' ' || tier as k, customers, contribution, predicted_value from ltv.tiers",
  channels:
    "select year || ' ' || channel_id as k, orders, buyers, net_sales, trading_margin, new_customers from channels.results",
  campaigns: 'select campaign_id as k, treated, control from campaigns.results',
}

type Sums = Map<string, number>
const addTo = (sums: Sums, name: string, rows: Record<string, unknown>[]) => {
  for (const { k, ...figures } of rows)
    for (const [figure, value] of Object.entries(figures)) {
      const key = `${name} ${k} ${figure}`
      sums.set(key, (sums.get(key) ?? 0) + Number(value ?? 0))
    }
}

test('figures of all regions, the unknown one among them, add up to those of the firm', async () => {
  const [whole, parts]: [Sums, Sums] = [new Map(), new Map()]
  for (const [name, query] of Object.entries(additive)) addTo(whole, name, await firm.rows(query))
  let customers = 0
  for (const region of ['CN', 'GB', 'HK', 'unknown'])
    await withScope({ region }, Object.values(additive), async (scoped) => {
      customers += scoped.customers
      for (const [name, query] of Object.entries(additive)) addTo(parts, name, await scoped.db.rows(query))
    })
  const [{ n } = { n: 0 }] = await firm.rows<{ n: number }>('select count(*) as n from core.customers')
  expect(customers).toBe(n)
  // A campaign's fixed cost is rounded in each part.
  const wrong = [...new Set([...whole.keys(), ...parts.keys()])].filter(
    (key) => Math.abs((whole.get(key) ?? 0) - (parts.get(key) ?? 0)) > 0.02,
  )
  expect(whole.size).toBeGreaterThan(1000)
  expect(whole.get('kpis quarter this all all net_sales')).toBeGreaterThan(0)
  expect(wrong).toEqual([])
}, 120_000)

/** What a firm without the rest of the firm cannot hold: pages that are the whole firm's, and lines that name another's. */
const ofTheFirm = [
  'months_add_up_to_predicted_value',
  'waterfalls_foot',
  'orders_name_a_known_record',
  'returns_name_a_purchase',
]

test('a segment holds its own customers alone, as they were scored among all; bridges, movements and totals foot', async () => {
  const folder = join(baseDir, 'sql/tests')
  const names = (await readdir(folder)).filter((name) => !ofTheFirm.includes(name.replace('.sql', '')))
  const checks = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const),
  )
  const tables = [
    'rfm.scores',
    'ltv.customers',
    'churn.risks',
    'core.lines',
    'core.orders',
    'service.cases',
    'staging.surveys',
  ]
  const reads = [...checks.map(([, text]) => text), ...tables.map((name) => `select * from ${name}`)]
  await withScope({ segment: 'loyal' }, reads, async ({ db, scope, customers }) => {
    expect(scope).toEqual({ segment: 'Loyal' })
    const [found] = await db.rows<{ n: number; others: number }>(`
      select count(*) as n, count(*) filter (where segment <> 'Loyal') as others from rfm.scores where snapshot = 'this'`)
    expect(found).toEqual({ n: customers, others: 0 })
    const [{ n } = { n: 0 }] = await firm.rows<{ n: number }>(
      "select count(*) as n from rfm.customers where segment = 'Loyal'",
    )
    expect(customers).toBe(n)
    for (const name of tables) {
      const [schema, table] = name.split('.') as [string, string]
      const published = sql`select * from ${sql.id('warehouse', schema, table)}`
      const [{ changed, rows } = { changed: 1, rows: 0 }] = await db.rows<{
        changed: number
        rows: number
      }>(sql`
        select (select count(*) from (select * from ${sql.table(name)} except all ${published})) as changed,
          (select count(*) from ${sql.table(name)}) as rows`)
      expect([name, changed, rows > 0]).toEqual([name, 0, true])
    }
    const [strangers] = await db.rows<{ lines: number; others: number }>(`
      select count(*) as lines, count(*) filter (where r.segment is distinct from 'Loyal') as others
      from staging.order_lines as l join warehouse.core.documents as d on d.order_id = l.order_id
      left join warehouse.rfm.customers as r on r.customer_id = d.customer_id`)
    expect(strangers?.lines).toBeGreaterThan(100)
    expect(strangers?.others).toBe(0)
    const failing: [string, number][] = []
    for (const [name, text] of checks) failing.push([name, (await db.rows(text)).length])
    expect(failing.filter(([, rows]) => rows > 0)).toEqual([])
    expect(failing.map(([name]) => name)).toContain('profit_bridge_foots.sql')
  })
}, 120_000)

test('thresholds, fits and evidence are those of the whole firm, and are known as such', async () => {
  const tables = ['churn.thresholds', 'ltv.assumptions', 'rfm.bins', 'churn.evidence', 'segments.clusterings']
  const reads = [
    ...tables.map((name) => `select * from ${name}`),
    'select * from churn.summary, summary.periods',
  ]
  await withScope({ region: 'GB', segment: 'Champions' }, reads, async ({ db, whole }) => {
    for (const name of tables) {
      const [schema, table] = name.split('.') as [string, string]
      const [{ n } = { n: 1 }] = await db.rows<{ n: number }>(sql`
        select count(*) as n from (
          select * from ${sql.id('warehouse', schema, table)} except all select * from ${sql.table(name)})`)
      expect([name, n, whole.has(name)]).toEqual([name, 0, true])
    }
    expect([whole.has('churn.summary'), whole.has('summary.periods')]).toEqual([false, false])
  })
}, 60_000)

test('a region or segment that is not there is refused with those that are; nobody in both is said', async () => {
  const open = (asked: { region?: string; segment?: string }) =>
    openScoped(ctx, ctx.project.paths.warehouse, asked, ['select * from core.customers'])
  await expect(open({ region: 'Norfok' })).rejects.toMatchObject({
    exitCode: 2,
    faults: [
      {
        what: '--region Norfok: no customer has such a home',
        how: expect.stringContaining('Markets: CN, GB, HK'),
      },
    ],
  })
  await expect(open({ segment: 'Champion' })).rejects.toMatchObject({
    exitCode: 2,
    faults: [{ how: expect.stringContaining('Segments: About to Sleep, At Risk, ') }],
  })
  await expect(open({ region: 'unknown', segment: 'Champions' })).rejects.toMatchObject({ exitCode: 1 })
  expect(await readdir(join(ctx.project.paths.var, 'scoped'))).toEqual([])
  expect((await stat(join(ctx.project.paths.var, 'scoped'))).mode & 0o777).toBe(0o700)
}, 60_000)

test('a model that has changed since the night is not mixed with its figures', async () => {
  const { project } = ctx
  const layered: typeof project.layered = async (folder) =>
    (await project.layered(folder)).map((file) =>
      file.key === 'churn/summary.sql' ? { ...file, path: join(baseDir, 'sql/churn/movement.sql') } : file,
    )
  const changed = { ...ctx, project: { ...project, layered } }
  await expect(
    openScoped(changed, changed.project.paths.warehouse, { region: 'GB' }, ['select * from churn.summary']),
  ).rejects.toMatchObject({
    faults: [{ what: 'models have changed since the warehouse was published: churn.summary' }],
  })
}, 60_000)

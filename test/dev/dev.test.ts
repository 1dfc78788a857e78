import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { compare } from '../../pipelines/dev/compare.ts'
import {
  type DevEvents,
  type DevReport,
  openSession,
  type Session,
  watchSession,
} from '../../pipelines/dev/dev.ts'
import { ownFile } from '../../pipelines/dev/own-file.ts'
import { printModel, printPass } from '../../pipelines/dev/print-dev.ts'
import { openDatabase, type Row } from '../../pipelines/duckdb.ts'
import type { Project } from '../../pipelines/project.ts'
import { context } from '../build/alone.ts'
import { edit, emptyShop, publishedShop, publishShop } from './published-shop.ts'

const mute: DevEvents = { onStart() {}, onModel() {}, onEnd() {} }
const all = 5

async function open(project: Project, user = 'ada', events = mute): Promise<Session> {
  const { asOf: _, ...ctx } = context(project)
  const file = ownFile(project, user)
  const session = await openSession(ctx, { file, limit: 5, personal: false }, events)
  onTestFinished(() => session.close())
  return session
}

/** Reads the own file as a colleague with any DuckDB would: the published file beside it under its own name. */
async function ownRows(project: Project, session: Session, select: string): Promise<Row[]> {
  session.close()
  const db = await openDatabase(':memory:')
  try {
    await db.run(`attach '${project.paths.warehouse}' as warehouse (read_only);
      attach '${ownFile(project, 'ada')}' as building (read_only); use building`)
    return await db.rows(select)
  } finally {
    db.close()
  }
}

const diffs = ({ models }: DevReport) =>
  Object.fromEntries(models.map(({ model, diff }) => [model, diff && [diff.added, diff.gone, diff.changed]]))

test('reads everything from the published version until something changes', async () => {
  const project = await publishedShop()
  const session = await open(project)
  const first = await session.pass()
  expect(first).toMatchObject({ built: [], published: all, faults: [], asOf: '2024-03-31' })
  expect((await stat(ownFile(project, 'ada'))).mode & 0o777).toBe(0o600)
  expect(await ownRows(project, session, 'select customer_id, paid from core.customers order by 1')).toEqual([
    { customer_id: 'Pp1', paid: 30 },
    { customer_id: 'Pp2', paid: 10 },
  ])
})

test('makes what changed and what depends on it, and nothing else, and tells rows and difference', async () => {
  const project = await publishedShop()
  const before = await readFile(project.paths.warehouse)
  const session = await open(project)
  await edit(project, 'core/customers.sql', (text) =>
    text.replace('count(*) as orders', 'count(*) + 1 as orders'),
  )
  const changed = await session.pass()
  expect(changed).toMatchObject({ built: ['core.customers', 'core.new_customers'], published: 3, faults: [] })
  expect(changed.audits).toEqual({ passed: 4, warned: 0, failed: 0, carried: 10 })
  expect(diffs(changed)).toEqual({ 'core.customers': [0, 0, 2], 'core.new_customers': [0, 0, 0] })
  const [customers, newOnes] = changed.models
  expect(printModel(customers as never, Number.POSITIVE_INFINITY)).toContain(
    `customer_id  full_name        first_order  orders           paid
-----------  ---------------  -----------  ------  -------------
VARCHAR      VARCHAR          DATE         BIGINT  DECIMAL(18,4)
Pp1          <12 characters>  2024-01-05        3        30.0000
Pp2          <3 characters>   2024-02-09        3        10.0000
core.customers: 2 rows; 0 added, 0 gone, 2 changed (by customer_id)

  column  changed    share  sum before  sum after  change
  ------  -------  -------  ----------  ---------  ------
  orders        2  100.0 %           4          6      +2`,
  )
  // What follows from a change is told in one line.
  expect(newOnes?.sample).toBeUndefined()
  expect(await session.pass()).toMatchObject({ built: [], kept: ['core.customers', 'core.new_customers'] })
  expect((await readFile(project.paths.warehouse)).equals(before)).toBe(true)
  session.close()
  const compared = await compare(project, { file: ownFile(project, 'ada') })
  expect(compared.diffs.map(({ table, changed }) => [table, changed])).toEqual([
    ['core.customers', 2],
    ['core.new_customers', 0],
  ])
  expect([compared.added, compared.gone]).toEqual([[], []])
})

test('goes back to the published rows when the code does', async () => {
  const project = await publishedShop()
  const session = await open(project)
  const original = await readFile(join(project.dir, 'sql/core/customers.sql'), 'utf8')
  await edit(project, 'core/customers.sql', (text) =>
    text.replace('count(*) as orders', 'count(*) + 1 as orders'),
  )
  await session.pass()
  await writeFile(join(project.dir, 'sql/core/customers.sql'), original)
  expect(await session.pass()).toMatchObject({ built: [], kept: [], published: all })
  expect(await ownRows(project, session, 'select sum(orders)::integer as n from core.customers')).toEqual([
    { n: 4 },
  ])
})

test('says what is wrong at the line, keeps what was made, and goes on with the rest', async () => {
  const project = await publishedShop()
  const session = await open(project)
  await session.pass()
  await edit(project, 'core/customers.sql', (text) => text.replace('people.full_name', 'people.ful_name'))
  await edit(project, 'staging/people.sql', (text) =>
    text.replace('select person_id', 'select trim(person_id) as person_id'),
  )
  const broken = await session.pass()
  expect(broken.faults).toHaveLength(1)
  expect(broken.faults[0]).toContain('core.customers')
  expect(broken.faults[0]).toContain('at sql/core/customers.sql:23:41')
  expect(broken.faults[0]).toContain('Did you mean full_name?')
  expect(broken).toMatchObject({
    built: ['staging.people'],
    waiting: ['core.customers', 'core.new_customers'],
  })
  expect(printPass(broken)).toContain('not made, waiting for what they read: core.new_customers')
  await edit(project, 'core/customers.sql', (text) => text.replace('people.ful_name', 'people.full_name'))
  expect(await session.pass()).toMatchObject({ built: ['core.customers', 'core.new_customers'], faults: [] })
})

test('a test that fails is told with its place and hides neither rows nor difference', async () => {
  const project = await publishedShop()
  const session = await open(project)
  await edit(project, 'core/customers.sql', (text) =>
    text.replace("'P' || person_id as customer_id", "'P' as customer_id"),
  )
  const report = await session.pass()
  expect(report.faults[0]).toContain('core.customers: unique(customer_id) fails for 2 rows')
  expect(report.faults[0]).toContain('at sql/core/customers.sql:5:')
  expect(report.audits.failed).toBeGreaterThan(0)
  expect(diffs(report)['core.customers']).toEqual([2, 2, 0])
  // It is asked again at every pass, until it passes.
  expect((await session.pass()).faults[0]).toContain('unique(customer_id)')
})

test('a new model, a view that becomes a table, and a model that goes', async () => {
  const project = await publishedShop()
  const session = await open(project)
  await edit(project, 'core/new_customers.sql', (text) => text.replace('kind: view\n', ''))
  await writeFile(join(project.dir, 'sql/core/big.sql'), 'select * from core.customers where paid > 20')
  const made = await session.pass()
  expect(made).toMatchObject({ built: ['core.big', 'core.new_customers'], faults: [] })
  expect(printModel(made.models[0] as never, 200)).toContain('core.big: 1 row, not in the published version')
  await rm(join(project.dir, 'sql/core/big.sql'))
  await rm(join(project.dir, 'sql/core/gaps.ts'))
  expect(await session.pass()).toMatchObject({ built: [], kept: ['core.new_customers'], published: 3 })
  const tables = await ownRows(
    project,
    session,
    `select table_schema || '.' || table_name as name, table_type as kind
    from information_schema.tables where table_catalog = 'building' and table_schema = 'core' order by 1`,
  )
  expect(tables).toEqual([
    { name: 'core.customers', kind: 'VIEW' },
    { name: 'core.new_customers', kind: 'BASE TABLE' },
  ])
})

test('imports a TypeScript model again when its text changes', async () => {
  const project = await publishedShop()
  const session = await open(project)
  await session.pass()
  await edit(project, 'core/gaps.ts', (text) =>
    text.replace('Float64Array.of(mean)', 'Float64Array.of(mean * 2)'),
  )
  const report = await session.pass()
  expect(report).toMatchObject({ built: ['core.gaps'], faults: [] })
  expect(report.models[0]?.diff?.columns[0]?.sums?.change).toBe('26.00')
  expect(report.models[0]?.sample?.rows[0]?.[0]).toBe('52.00')
})

test('follows a version that is published meanwhile', async () => {
  const project = await publishedShop()
  const session = await open(project)
  await edit(project, 'core/customers.sql', (text) =>
    text.replace('count(*) as orders', 'count(*) + 1 as orders'),
  )
  await session.pass()
  const mine = await readFile(join(project.dir, 'sql/core/customers.sql'), 'utf8')
  await edit(project, 'core/customers.sql', (text) =>
    text.replace('count(*) + 1 as orders', 'count(*) as orders'),
  )
  // The night neither waits for dev nor disturbs it.
  await publishShop(project, '00000002', "delete from raw.orders where order_id = 'o4'")
  await writeFile(join(project.dir, 'sql/core/customers.sql'), mine)
  const followed = await session.pass()
  expect(followed).toMatchObject({
    runId: '2024-03-31-00000002',
    built: ['core.customers', 'core.new_customers'],
  })
  expect(followed.models[0]?.diff?.columns.find(({ name }) => name === 'orders')?.sums).toEqual({
    before: '3',
    after: '5',
    change: '2',
  })
})

test('two analysts work side by side, each in a file of their own', async () => {
  const project = await publishedShop()
  const [ada, lin] = [await open(project, 'ada'), await open(project, '林黛玉')]
  expect((await ada.pass()).published).toBe(all)
  expect((await lin.pass()).published).toBe(all)
})

test('a file that does not open is told of, and a project without a published version', async () => {
  const project = await publishedShop()
  await (await open(project)).close()
  await writeFile(ownFile(project, 'ada'), 'not a database')
  await expect(open(project)).rejects.toThrow('Remove it: it holds nothing that cannot be built again.')
  await expect(open(await emptyShop())).rejects.toThrow('nothing is published for shop')
})

test('watches: a file replaced by its editor, one saved twice, a new folder, a new version', async () => {
  const project = await publishedShop()
  const reports: DevReport[] = []
  let wake = () => {}
  const session = await open(project, 'ada', {
    ...mute,
    onEnd(report) {
      reports.push(report)
      wake()
    },
  })
  const until = async (holds: (report: DevReport) => boolean) => {
    while (!reports.some(holds)) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    reports.length = 0
  }
  const ending = new AbortController()
  const ended = watchSession({ project }, session, ending.signal)
  await until(({ published }) => published === all)
  const path = join(project.dir, 'sql/core/customers.sql')
  const text = await readFile(path, 'utf8')
  for (const more of [1, 2]) {
    await writeFile(`${path}.tmp`, text.replace('count(*) as orders', `count(*) + ${more} as orders`))
    await rename(`${path}.tmp`, path)
    await until(({ built }) => built.includes('core.customers'))
  }
  await mkdir(join(project.dir, 'sql/ltv'))
  await writeFile(join(project.dir, 'sql/ltv/best.sql'), 'select customer_id from core.customers')
  await until(({ built }) => built.includes('ltv.best'))
  await rm(join(project.dir, 'sql/ltv'), { recursive: true })
  await writeFile(path, text)
  await until(({ published }) => published === all)
  await publishShop(project, '00000002')
  await until(({ runId }) => runId === '2024-03-31-00000002')
  ending.abort()
  await ended
})

test('a model that is made by intervals is made whole in the own file, and taken from the published one when it stands', async () => {
  const project = await emptyShop()
  const path = join(project.dir, 'sql/core/days.sql')
  const head =
    'incremental: {time: ordered_on, interval: month, key: ordered_on, inputs: {staging.orders: ordered_on}}'
  const text = `/*\nkind: incremental\n${head}\n*/
select ordered_on, count(*) as orders from staging.orders group by ordered_on`
  await writeFile(path, text)
  await publishShop(project, '00000001')
  const session = await open(project)
  expect(await session.pass()).toMatchObject({ built: [], published: all + 1, faults: [] })
  await writeFile(path, text.replace('count(*)', 'count(*) + 1'))
  const changed = await session.pass()
  expect(changed).toMatchObject({ built: ['core.days'], faults: [] })
  expect(diffs(changed)).toEqual({ 'core.days': [0, 0, 4] })
  await writeFile(path, text)
  expect(await session.pass()).toMatchObject({ built: [], published: all + 1, faults: [] })
})

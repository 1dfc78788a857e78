import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { RunRecord } from '../pipelines/ledger.ts'
import { baseDir } from '../pipelines/project.ts'
import { openShopAfterNight, type ShopAfterNight } from './first-night.ts'
import { commandHere } from './in-process.ts'
import { reportsOfTheBase, startCommand } from './shop.ts'
import { contentsOf } from './warehouse.ts'

let shop: ShopAfterNight
let first: RunRecord
const made = (...path: string[]) => join(shop.dir, 'var', ...path)
const warehouse = () => contentsOf(made('warehouse.duckdb'))
const page = () => readFile(made('published/2011-12-09/management-summary.en.html'), 'utf8')

async function done(...command: string[]): Promise<RunRecord> {
  const { code, stdout, stderr } = await commandHere(...command, '--project', shop.dir, '--json')
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as RunRecord
}

beforeAll(async () => {
  shop = await openShopAfterNight('night')
  first = shop.first
})
afterAll(() => rm(shop.dir, { recursive: true, force: true }))

test('one JSON document tells what happened', async () => {
  expect(first).toMatchObject({ project: 'first', asOf: '2011-12-09', status: 'done' })
  expect(first.runId).toMatch(/^2011-12-09-[0-9a-f]{8}$/)
  expect(first.stages.map(({ name }) => name)).toEqual(['extract', 'load', 'build', 'publish', 'report'])
  for (const table of first.tables) {
    expect(table.read).toBe(table.loaded + table.quarantined + table.superseded)
    expect(table.landed).toBe(table.read)
  }
  // Every five-hundredth call lasted minus one minute.
  expect(first.tables.find(({ table }) => table === 'calls')).toMatchObject({ read: 2000, quarantined: 4 })
  expect(first.models.reused).toBe(0)
  const times = { ...first.models.seconds }
  expect(Object.keys(times)).toHaveLength(first.models.built)
  const [build] = first.stages.filter(({ name }) => name === 'build')
  const audits = Object.values(first.models.auditSeconds ?? {})
  const spent = [...Object.values(times), ...audits].reduce((sum, seconds) => sum + seconds, 0)
  expect(spent).toBeGreaterThan(0)
  expect(spent).toBeLessThan((build?.seconds as number) + 0.1)
  expect(first.audits.failed).toBe(0)
  const reports = first.reports.map(({ path }) => basename(path)).sort()
  const all = await reportsOfTheBase()
  expect(reports).toEqual([...all.flatMap((name) => [`${name}.en.html`, `${name}.en.pdf`]), 'workbook.xlsx'])
})

test('what holds personal data is for its owner only', async () => {
  const modes = await Promise.all(
    ['.', 'landing', 'versions', 'warehouse.duckdb', 'published'].map((path) => stat(made(path))),
  )
  for (const { mode } of modes) expect(mode & 0o077).toBe(0)
})

test('a second night on the same inputs builds nothing, is the same night, and gives the same page; another at the same time refuses and names it', async () => {
  const html = await page()
  const one = startCommand(['nightly', '--project', shop.dir, '--json'])
  await expect
    .poll(() => readFile(made('lock.json'), 'utf8').catch(() => ''), { timeout: 60_000 })
    .not.toBe('')
  const refused = await commandHere('nightly', '--project', shop.dir)
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain(`process ${one.child.pid}`)
  const { code, stdout, stderr } = await one.ended
  expect(code, stderr).toBe(0)
  const second = JSON.parse(stdout) as RunRecord
  expect(second.models).toMatchObject({ built: 0, reused: first.models.built, seconds: {} })
  expect(second.runId).toBe(first.runId)
  expect(await page()).toBe(html)
})

test('for another day, only models that depend on the day are built', async () => {
  const { models } = await done('build', '--as-of', '2011-12-08')
  expect(models.reused).toBeGreaterThan(20)
  expect(models.built).toBeGreaterThan(20)
})

test('a past day is looked at, never brought to landing nor made up', async () => {
  const past = async (...command: string[]) =>
    commandHere(...command, '--as-of', '2011-12-07', '--project', shop.dir)
  expect(await past('extract')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('extract as of 2011-12-07: landing already holds what came later'),
  })
  expect(await past('report')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no warehouse as of 2011-12-07 is kept'),
  })
})

test('a full rebuild gives the same tables, row for row', async () => {
  await shop.deliver(1)
  await done('extract')
  const incremental = await done('build', '--publish')
  const before = await warehouse()
  // Rows may not depend on how the engine shares out its work.
  vi.stubEnv('CLIENTELE_THREADS', '3')
  const full = await done('build', '--full', '--publish').finally(() => vi.unstubAllEnvs())
  expect(full.models).toMatchObject({
    built: incremental.models.built + incremental.models.reused,
    reused: 0,
  })
  expect(await warehouse()).toEqual(before)
})

const broken = [
  { fault: 'syntax', from: 'from gaps', to: 'from from gaps', says: /syntax error/ },
  {
    fault: 'unknown column',
    from: 'sum(gross_sales)',
    to: 'sum(gros_sales)',
    says: /Did you mean gross_sales/,
  },
  { fault: 'failed audit', from: 'tests:\n', to: 'tests:\n  - row_count: {max: 1}\n', says: /row_count/ },
  {
    fault: 'a tenth of the customers gone',
    file: 'sql/core/customers.sql',
    from: 'ch.channel_id = c.acquisition_channel_id\n',
    to: 'ch.channel_id = c.acquisition_channel_id where hash(c.customer_id) % 10 > 0\n',
    says: /at least \d+ rows, after \d+ in the published version/,
  },
]

test.each(broken)('a broken model ($fault) stops the night, says where, and yesterday stays', async (one) => {
  const [before, html] = [await warehouse(), await page()]
  const { file = 'sql/core/purchases.sql' } = one
  const own = join(shop.dir, file)
  const text = await readFile(join(baseDir, file), 'utf8')
  expect(text).toContain(one.from)
  await mkdir(join(shop.dir, 'sql/core'), { recursive: true })
  await writeFile(own, text.replace(one.from, one.to))
  const { code, stderr } = await commandHere('nightly', '--project', shop.dir)
  await rm(own)
  expect(code).toBe(1)
  expect(stderr).toMatch(one.says)
  expect(stderr).toMatch(/sql\/core\/\w+\.sql:\d+:\d+\n +\d+ \| .*\n +\| +\^/)
  expect(await warehouse()).toEqual(before)
  expect(await page()).toBe(html)
})

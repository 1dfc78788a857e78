import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunRecord } from '../pipelines/ledger.ts'
import { baseDir } from '../pipelines/project.ts'
import { openShop, runCommand, type Shop, startCommand } from './shop.ts'
import { contentsOf } from './warehouse.ts'

let shop: Shop
let first: RunRecord
const made = (...path: string[]) => join(shop.dir, 'var', ...path)
const warehouse = () => contentsOf(made('warehouse.duckdb'))
const page = () => readFile(made('published/2011-12-09/management-summary.en.html'), 'utf8')

async function night(...args: string[]): Promise<RunRecord> {
  const { code, stdout, stderr } = await runCommand(['nightly', '--project', shop.dir, '--json', ...args])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as RunRecord
}

beforeAll(async () => {
  shop = await openShop('night')
  first = await night()
})
afterAll(() => rm(shop.dir, { recursive: true, force: true }))

test('one JSON document tells what happened', () => {
  expect(first).toMatchObject({ project: 'night', asOf: '2011-12-09', status: 'done' })
  expect(first.runId).toMatch(/^2011-12-09-[0-9a-f]{8}$/)
  expect(first.stages.map(({ name }) => name)).toEqual(['extract', 'load', 'build', 'publish', 'report'])
  for (const table of first.tables) {
    expect(table.read).toBe(table.loaded + table.quarantined + table.superseded)
    expect(table.landed).toBe(table.read)
  }
  // Every five-hundredth call lasted minus one minute.
  expect(first.tables.find(({ table }) => table === 'calls')).toMatchObject({ read: 2000, quarantined: 4 })
  expect(first.models.reused).toBe(0)
  expect(first.audits.failed).toBe(0)
  const reports = first.reports.map(({ name, locale, format }) => `${name}.${locale}.${format}`).sort()
  expect(reports).toEqual(
    ['lifetime-value', 'lists', 'management-summary', 'rfm'].flatMap((name) => [
      `${name}.en.html`,
      `${name}.en.pdf`,
    ]),
  )
})

test('what holds personal data is for its owner only', async () => {
  const modes = await Promise.all(
    ['.', 'landing', 'versions', 'warehouse.duckdb', 'published'].map((path) => stat(made(path))),
  )
  for (const { mode } of modes) expect(mode & 0o077).toBe(0)
})

test('a second night on the same inputs builds nothing, is the same night, and gives the same page', async () => {
  const html = await page()
  const second = await night()
  expect(second.models).toEqual({ built: 0, reused: first.models.built })
  expect(second.runId).toBe(first.runId)
  expect(await page()).toBe(html)
})

test('for another day, only models that depend on the day are built', async () => {
  const next = await night('--as-of', '2011-12-08')
  expect(next.models.reused).toBeGreaterThan(20)
  expect(next.models.built).toBeGreaterThan(20)
})

test('a full rebuild gives the same tables, row for row', async () => {
  await shop.deliver(1)
  const incremental = await night()
  const before = await warehouse()
  const full = await night('--full')
  expect(full.models).toEqual({ built: incremental.models.built + incremental.models.reused, reused: 0 })
  expect(await warehouse()).toEqual(before)
})

test('two nights at once: the second refuses and names the first', async () => {
  const one = startCommand(['nightly', '--project', shop.dir, '--full', '--json'])
  await expect
    .poll(() => readFile(made('lock.json'), 'utf8').catch(() => ''), { timeout: 20_000 })
    .not.toBe('')
  const { code, stderr } = await runCommand(['nightly', '--project', shop.dir])
  expect(code).toBe(1)
  expect(stderr).toContain(`process ${one.child.pid}`)
  expect((await one.ended).code).toBe(0)
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
]

test.each(broken)('a broken model ($fault) stops the night, says where, and yesterday stays', async (one) => {
  const [before, html] = [await warehouse(), await page()]
  const own = join(shop.dir, 'sql/core/purchases.sql')
  const text = await readFile(join(baseDir, 'sql/core/purchases.sql'), 'utf8')
  expect(text).toContain(one.from)
  await mkdir(join(shop.dir, 'sql/core'), { recursive: true })
  await writeFile(own, text.replace(one.from, one.to))
  const { code, stderr } = await runCommand(['nightly', '--project', shop.dir])
  await rm(own)
  expect(code).toBe(1)
  expect(stderr).toMatch(one.says)
  expect(stderr).toMatch(/sql\/core\/purchases\.sql:\d+:\d+\n +\d+ \| .*\n +\| +\^/)
  expect(await warehouse()).toEqual(before)
  expect(await page()).toBe(html)
})

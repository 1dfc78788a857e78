import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openShopAfterNight, type ShopAfterNight } from './first-night.ts'
import { commandHere } from './in-process.ts'

/** What every command owes those who call it from a script: exit status, one JSON document, help. */
let shop: ShopAfterNight
const run = (...args: string[]) => commandHere(...args, '--project', shop.dir)
const own = async (path: string, text: string) => {
  await mkdir(join(shop.dir, path, '..'), { recursive: true })
  await writeFile(join(shop.dir, path), text)
}

beforeAll(async () => {
  shop = await openShopAfterNight('commands')
})
afterAll(() => rm(shop.dir, { recursive: true, force: true }))

/** Runs a command with `--json` and reads all of its standard output as one document. */
async function json<T = Record<string, unknown>>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run(...args, '--json')
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as T
}

const commands = [
  ...[
    'nightly',
    'extract',
    'load',
    'build',
    'check',
    'test',
    'report',
    'catalogue',
    'runs',
    'query',
    'rollback',
  ],
  ...['show', 'diff', 'dev', 'lineage', 'graph'],
]

test.each(commands)('%s --help says what it does, and that --json and --project are there', async (name) => {
  const { code, stdout, stderr } = await commandHere(name, '--help')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(new RegExp(`^Usage: clientele ${name} `))
  expect(stdout).toContain('--json')
  expect(stdout).toContain('--project <dir>')
})

test('the help of the whole names every command', async () => {
  const { code, stdout } = await commandHere('--help')
  expect(code).toBe(0)
  expect(commands.filter((name) => !new RegExp(`^  ${name} `, 'm').test(stdout))).toEqual([])
})

const misuses: [what: string, args: string[], says: string][] = [
  ['a command that is not there', ['nightlty'], 'nightly'],
  ['an option that is not there', ['check', '--fast'], '--fast'],
  ['a day that is not one', ['build', '--as-of', '2011-02-30'], '2011-02-30: not a date'],
  ['a selector of nothing', ['build', 'core.custmers', '--plan'], 'core.customers'],
  ['--publish with a selector', ['build', 'core.customers', '--publish'], 'the whole warehouse'],
  ['a selector of no test', ['test', 'core.nothing'], 'core.nothing'],
  ['a column that is not there', ['lineage', 'core.orders.net_amuont'], 'core.orders has no column'],
  ['a table that is not there', ['graph', 'core.ordres'], 'Did you mean core.orders?'],
  ['a format that is not there', ['graph', '--format', 'png'], 'tree, mermaid, dot'],
  ['no statement', ['query'], "'sql'"],
  ['a report that is not there', ['report', '--only', 'rmf'], 'Did you mean rfm?'],
]

test.each(misuses)('%s is a usage error: status 2, nothing on standard output', async (_, args, says) => {
  const { code, stdout, stderr } = await run(...args)
  expect(stderr).toContain(says)
  expect(code).toBe(2)
  if (args[0] !== 'report') expect(stdout).toBe('')
})

describe('check and test', () => {
  test('without data, and their documents say how it went', async () => {
    expect(await json('check')).toMatchObject({ faults: [] })
    const found = await json<{ passed: number; failed: number }>('test', 'core.orders')
    expect(found).toMatchObject({ failed: 0 })
    expect(found.passed).toBeGreaterThan(0)
  })

  test('end with status 1 when something is wrong, and say so in text or as a document', async () => {
    await own('sql/core/mine.sql', 'select custmer_id from core.customers')
    await own('sql/core/other.sql', 'select 1 as n')
    await own('sql/core/other.test.yaml', '- name: two\n  as_of: 2011-12-09\n  expect: [{n: 2}]\n')
    const text = await run('check')
    expect(text.code).toBe(1)
    expect(text.stderr).toMatch(/sql\/core\/mine\.sql:1:8/)
    const document = await run('check', '--json')
    expect(document).toMatchObject({ code: 1, stderr: '' })
    expect(JSON.parse(document.stdout).faults).toHaveLength(1)
    await rm(join(shop.dir, 'sql/core/mine.sql'))
    const failed = await run('test', 'core.other', '--json')
    expect(failed.code).toBe(1)
    expect(JSON.parse(failed.stdout)).toMatchObject({ passed: 0, failed: 1 })
    for (const name of ['other.sql', 'other.test.yaml']) await rm(join(shop.dir, 'sql/core', name))
  })
})

describe('build', () => {
  type Planned = { name: string; action: string }[]
  const built = (planned: Planned) =>
    planned.filter(({ action }) => action === 'build').map(({ name }) => name)

  test('--plan builds nothing and says what would be, changed is what the author changed', async () => {
    const none = await json<Planned>('build', '--plan')
    expect(none.length).toBeGreaterThan(70)
    expect(built(none)).toEqual([])
    await own('sql/rfm/loyal.sql', 'select customer_id from core.customers where purchases > 3')
    expect(built(await json<Planned>('build', 'changed', '--plan'))).toEqual(['rfm.loyal'])
    const around = built(await json<Planned>('build', 'core.customers+', '--full', '--plan'))
    expect(around).toEqual(expect.arrayContaining(['core.customers', 'rfm.loyal']))
    expect(around).not.toContain('core.orders')
    const text = await run('build', 'changed', '--plan')
    expect(text.stdout).toContain('rfm.loyal')
  })

  test('builds what is selected into the copy; diff tells of it, nobody else sees it', async () => {
    const record = await json<{ models: { built: number; seconds: object }; status: string }>(
      'build',
      'changed',
    )
    expect(record).toMatchObject({
      status: 'done',
      models: { built: 1, seconds: { 'rfm.loyal': expect.any(Number) } },
    })
    const text = await run('diff')
    expect(text).toMatchObject({ code: 0, stderr: '' })
    expect(text.stdout).toContain('1 new table: rfm.loyal')
    expect(JSON.stringify(await json('diff'))).toContain('rfm.loyal')
    const shown = await run('show', 'rfm.loyal')
    expect(shown.code).not.toBe(0)
    expect(shown.stderr).toContain('rfm.loyal')
    await rm(join(shop.dir, 'sql/rfm/loyal.sql'))
  })

  test('runs --json tells the seconds of every model of a night', async () => {
    const runs = await json<{ command: string; models: { built: number; seconds?: object } }[]>('runs')
    const night = runs.find(({ command }) => command === 'nightly')
    expect(Object.keys(night?.models.seconds ?? {})).toHaveLength(night?.models.built as number)
  })
})

describe('show, query, lineage, graph and catalogue', () => {
  test('show the published version', async () => {
    expect(await json('show', 'core.customers', '--limit', '2')).toMatchObject({ table: 'core.customers' })
    const rows = await json<{ rows: unknown[][] }>('query', 'select count(*) as n from core.customers')
    expect(rows.rows).toEqual([[expect.any(Number)]])
    expect(await run('query', 'select nothing from core.customers')).toMatchObject({
      code: expect.any(Number),
    })
  })

  test('lineage and graph as text and as one document', async () => {
    expect(await json('lineage', 'core.orders.net_sales')).toMatchObject({ column: 'core.orders.net_sales' })
    expect((await run('lineage', 'core.orders.net_sales', '--up')).stdout).toContain('raw.invoice_lines.')
    const { nodes } = await json<{ nodes: { name: string }[] }>('graph', 'core.orders')
    expect(nodes.map(({ name }) => name)).toContain('raw.invoice_lines')
    expect((await run('graph', 'core.orders', '--format', 'mermaid')).stdout).toMatch(/^(graph|flowchart) LR/)
    expect((await run('graph', '--format', 'dot')).stdout).toMatch(/^digraph /)
  })

  test('the catalogue is written beside the reports of its night, on the record', async () => {
    const record = await json<{ command: string; runId: string }>('catalogue')
    expect(record).toMatchObject({ command: 'catalogue', status: 'done', runId: shop.first.runId })
    const pack = join(shop.dir, 'var/published/latest')
    expect(await readFile(join(pack, 'catalogue/index.html'), 'utf8')).toContain(record.runId)
    expect(await readFile(join(pack, 'index.html'), 'utf8')).toContain('href="rfm.en.pdf"')
  })
})

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openDatabase } from '../../pipelines/duckdb.ts'
import { ClienteleError } from '../../pipelines/error.ts'
import { report } from '../../pipelines/report/report.ts'
import { openHouse, writeSalesReport } from './fixture.ts'

const htmlOnly = { formats: ['html' as const] }

async function openSales(extra = {}) {
  const house = await openHouse()
  writeSalesReport(house, extra)
  return { ...house, published: house.project.paths.published }
}

/** What of the texts a page lacks: a page holds its fonts and is too long to print when a test fails. */
const lacks = (html: string, ...texts: string[]) => texts.filter((text) => !html.includes(text))

async function faultsOf(work: Promise<unknown>): Promise<ClienteleError['faults']> {
  const error = await work.then(
    () => undefined,
    (caught) => caught,
  )
  if (!(error instanceof ClienteleError)) throw error ?? new Error('nothing was thrown')
  return error.faults
}

test('a report that a project adds as a folder comes out in both languages, without code', async () => {
  const { ctx, warehouse, published } = await openSales()
  const { files, missing } = await report(ctx, warehouse, htmlOnly)
  expect(missing).toBeUndefined()
  expect(files.map(({ name, locale, format, path }) => [name, locale, format, path])).toEqual([
    ['sales', 'en', 'html', join(published, '2025-12-31', 'sales.en.html')],
    ['sales', 'zh-CN', 'html', join(published, '2025-12-31', 'sales.zh-CN.html')],
  ])
  const english = await readFile(join(published, 'latest', 'sales.en.html'), 'utf8')
  const sentences = ['Oolong sold best: ¥360k.', '<p>Total <em>net</em>: ¥360k.</p>']
  expect(
    lacks(english, '<html lang="en">', ...sentences, '<code>core.sales</code>', '2025-12-31-0a1b2c3d'),
  ).toEqual([])
  const chinese = await readFile(join(published, 'latest', 'sales.zh-CN.html'), 'utf8')
  expect(lacks(chinese, '<html lang="zh-CN">', '36万元', '乌龙茶', '31日')).toEqual([])
  const index = await readFile(join(published, 'latest', 'index.html'), 'utf8')
  const accounted = '10 read = 8 loaded + 1 quarantined +\n1 superseded'
  expect(
    lacks(index, 'href="sales.en.html"', 'Oolong sold best: ¥360k.').concat(
      lacks(index.replace(/\s+/g, ' '), accounted.replace(/\s+/g, ' ')),
    ),
  ).toEqual([])
  expect(index.includes('.pdf')).toBe(false)
})

test('a source that stands at older data is said on the first page, with why and since when', async () => {
  const { ctx, warehouse, published } = await openSales()
  const db = await openDatabase(warehouse)
  await db.run(`insert into ops.held values ('till', 'sales', '2025-12-30', 'past_limit'), ('till', 'lines', '2025-12-30', 'past_limit'),
    ('desk', 'orders', '2025-12-29', 'missing')`)
  db.close()
  await report(ctx, warehouse, { ...htmlOnly, names: ['sales'] })
  const page = async (name: string) =>
    (await readFile(join(published, 'latest', name), 'utf8')).replaceAll(/\s+/g, ' ')
  expect(
    lacks(
      await page('index.html'),
      'till stands as it was before 30 December 2025: too much of what came since then breaks its contract',
      'desk stands as it was before 29 December 2025: it could not be read since then',
    ),
  ).toEqual([])
  expect((await page('index.html')).split('till stands as it was')).toHaveLength(2)
  expect(lacks(await page('index.zh-CN.html'), '来源till沿用', '来源desk沿用')).toEqual([])
})

test('hostile names stay text, in tables and in charts', async () => {
  const { ctx, warehouse, published } = await openSales()
  await report(ctx, warehouse, htmlOnly)
  for (const locale of ['en', 'zh-CN']) {
    const html = await readFile(join(published, 'latest', `sales.${locale}.html`), 'utf8')
    expect(
      ['<script>alert', 'href="javascript', '<em>bold</em>'].filter((live) => html.includes(live)),
    ).toEqual([])
    expect(html.split('<script').length).toBe(2)
    expect(html.split('&lt;script&gt;alert(1)').length).toBeGreaterThan(3)
  }
})

test('a page asks for nothing outside itself, and its policy forbids it', async () => {
  const { ctx, warehouse, published } = await openSales()
  await report(ctx, warehouse, htmlOnly)
  const html = await readFile(join(published, 'latest', 'sales.en.html'), 'utf8')
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? []
  const hashOf = (name: string) => {
    const [, inside = ''] = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(html) ?? []
    return `'sha256-${createHash('sha256').update(inside).digest('base64')}'`
  }
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    `style-src-elem ${hashOf('style')}`,
    "style-src-attr 'unsafe-inline'",
    `script-src ${hashOf('script')}`,
    'font-src data:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ])
  const asked = [...html.matchAll(/url\((.{0,20})|(?:src|srcset|action|data|poster)="([^"]{0,20})/g)].map(
    ([, inStyle, inTag]) => inStyle ?? inTag,
  )
  expect(asked.length).toBeGreaterThan(0)
  expect(
    asked.filter((address) => !address?.startsWith('data:font/woff') && !address?.startsWith('#figure-')),
  ).toEqual([])
  expect(html.match(/<(link|iframe|object|embed|img|base)\b|@import|https?:/g) ?? []).toEqual([])
})

test('the same warehouse twice gives the same bytes, in one process and in a new pack', async () => {
  const { ctx, warehouse, published } = await openSales()
  await report(ctx, warehouse, htmlOnly)
  const first = await readlink(join(published, 'latest'))
  await report({ ...ctx, clock: () => new Date('2031-01-01') }, warehouse, htmlOnly)
  const second = await readlink(join(published, 'latest'))
  expect([first, second]).toEqual(['packs/2025-12-31-0a1b2c3d-1', 'packs/2025-12-31-0a1b2c3d-2'])
  for (const name of await readdir(join(published, first))) {
    const [before, after] = await Promise.all(
      [first, second].map((pack) => readFile(join(published, pack, name))),
    )
    expect(after?.equals(before as Buffer), name).toBe(true)
  }
})

test('one report in one language is refreshed and the others stay beside it', async () => {
  const { ctx, warehouse, published } = await openSales()
  await report(ctx, warehouse, htmlOnly)
  const before = await stat(join(published, 'latest', 'sales.zh-CN.html'))
  await report(ctx, warehouse, { ...htmlOnly, names: ['sales'], locales: ['en'] })
  const after = await stat(join(published, 'latest', 'sales.zh-CN.html'))
  expect(after.ino).toBe(before.ino)
  expect(
    lacks(await readFile(join(published, 'latest', 'index.zh-CN.html'), 'utf8'), 'href="sales.zh-CN.html"'),
  ).toEqual([])
})

describe('a part that another stage adds', () => {
  const part = (files: () => Promise<Map<string, string>>) => ({ folder: 'catalogue', files })
  const whole = part(async () => new Map([['index.html', '<p>tables</p>']]))
  const linked = 'href="catalogue/index.html"'

  test('comes with the pack, linked in every language, and stays beside one report that is refreshed', async () => {
    const { ctx, warehouse, published } = await openSales()
    await report(ctx, warehouse, { ...htmlOnly, parts: [whole] })
    const page = join(published, 'latest', 'catalogue', 'index.html')
    const before = await stat(page)
    expect(before.mode & 0o077).toBe(0)
    for (const name of ['index.html', 'index.zh-CN.html'])
      expect(lacks(await readFile(join(published, 'latest', name), 'utf8'), linked)).toEqual([])
    await report(ctx, warehouse, { ...htmlOnly, names: ['sales'] })
    expect((await stat(page)).ino).toBe(before.ino)
    expect(lacks(await readFile(join(published, 'latest', 'index.html'), 'utf8'), linked)).toEqual([])
  })

  test('is told when it cannot be made, and the reports come out without it', async () => {
    const { ctx, warehouse, published } = await openSales()
    const broken = part(() => Promise.reject(new ClienteleError({ what: 'core.orders: no column amuont' })))
    const { files, missing } = await report(ctx, warehouse, { ...htmlOnly, parts: [broken] })
    expect(missing).toBe('no catalogue: core.orders: no column amuont')
    expect(files).toHaveLength(2)
    const pack = join(published, 'latest')
    expect(existsSync(join(pack, 'catalogue'))).toBe(false)
    expect(lacks(await readFile(join(pack, 'index.html'), 'utf8'), linked)).toEqual([linked])
  })

  test('is never shown half: what fails otherwise leaves yesterday’s pack', async () => {
    const { ctx, warehouse, published } = await openSales()
    await report(ctx, warehouse, { ...htmlOnly, parts: [whole] })
    const shown = await readlink(join(published, 'latest'))
    const failing = part(() => Promise.reject(new Error('the disk is full')))
    await expect(report(ctx, warehouse, { ...htmlOnly, parts: [failing] })).rejects.toThrow('disk is full')
    expect(await readlink(join(published, 'latest'))).toBe(shown)
    expect(await readdir(join(published, 'packs'))).toEqual([shown.replace('packs/', '')])
  })
})

test('files and folders are their owner’s alone', async () => {
  const { ctx, warehouse, published } = await openSales()
  await report(ctx, warehouse, htmlOnly)
  const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)
  expect(await mode(published)).toBe('700')
  expect(await mode(join(published, 'latest'))).toBe('700')
  for (const name of await readdir(join(published, 'latest')))
    expect(await mode(join(published, 'latest', name))).toBe('600')
})

test('a character that no bundled font has fails the report, with its code point and where it stands', async () => {
  const inPage = await openSales({ zh: '\n𠝹\n' })
  const [written] = await faultsOf(report(inPage.ctx, inPage.warehouse, htmlOnly))
  expect(written?.what).toContain('U+20779')
  expect(written?.where?.file).toMatch(/sales\/zh-CN\.md$/)
  expect(written?.where?.line).toBe(23)

  const inData = await openSales({
    sql: "\n-- name: gifts\nselect 'x' as a, chr(127873) as gift",
    en: '\n{{gifts.[0].gift}}\n',
  })
  const [found] = await faultsOf(report(inData.ctx, inData.warehouse, htmlOnly))
  expect(found?.what).toContain('U+1F381')
  expect(found?.what).toContain('column gift, row 1 of the query gifts')
  expect(found?.where?.file).toMatch(/sales\/queries\.sql$/)
  expect(existsSync(join(inData.published, 'latest'))).toBe(false)
  expect(await readdir(join(inData.published, 'packs'))).toEqual([])
})

test('traditional characters and rare ones of names are drawn', async () => {
  const { ctx, warehouse, published } = await openSales({ en: '\n深水埗 鰂魚涌 灣仔 䶮 㛃 喆\n' })
  await report(ctx, warehouse, htmlOnly)
  expect(lacks(await readFile(join(published, 'latest', 'sales.en.html'), 'utf8'), '鰂魚涌')).toEqual([])
})

test('a query that does not run is told with file, line and column, and yesterday’s pack stays', async () => {
  const house = await openSales()
  await report(house.ctx, house.warehouse, htmlOnly)
  writeSalesReport(house, { sql: '\n-- name: wrong\nselect\n  month,\n  amuont\nfrom core.sales' })
  const [fault] = await faultsOf(report(house.ctx, house.warehouse, htmlOnly))
  expect(fault?.what).toContain('amuont')
  expect(fault?.where).toMatchObject({ line: 18, column: 3 })
  expect(fault?.where?.file).toMatch(/sales\/queries\.sql$/)
  expect(await readlink(join(house.published, 'latest'))).toBe('packs/2025-12-31-0a1b2c3d-1')
})

test('a column that a chart cannot find is told at its tag', async () => {
  const { ctx, warehouse } = await openSales({
    en: "\n{{chart 'bar' data=products x='product' y='amont' title='T'}}\n",
  })
  const [fault] = await faultsOf(report(ctx, warehouse, htmlOnly))
  expect(fault?.what).toContain('no column amont')
  expect(fault?.where?.line).toBe(23)
})

test('a finding without words, and words in one language only, are faults', async () => {
  const house = await openSales({
    sql: "\n-- name: more\nselect 'worst' as code, 1 as rank",
    en: '\n{{findings more}}\n',
  })
  const [fault] = await faultsOf(report(house.ctx, house.warehouse, htmlOnly))
  expect(fault?.what).toContain('a rule found worst')
  const other = await openSales()
  const page = await readFile(join(other.project.dir, 'reports/sales/en.md'), 'utf8')
  other.write('reports/sales/en.md', page.replace('findings:', "findings:\n  worst: 'x'"))
  const [difference] = await faultsOf(report(other.ctx, other.warehouse, htmlOnly))
  expect(difference?.what).toBe('findings has no worst in zh-CN')
})

test('a figure without rows says what it would need', async () => {
  const { ctx, warehouse, published } = await openSales({
    sql: '\n-- name: none\nselect 1 as x, 2 as y where false',
    en: "\n{{chart 'bar' data=none x='x' y='y' title='Targets' needs='targets'}}\n",
  })
  await report(ctx, warehouse, htmlOnly)
  expect(
    lacks(
      await readFile(join(published, 'latest', 'sales.en.html'), 'utf8'),
      'No data supplied. This figure needs: targets.',
    ),
  ).toEqual([])
})

test('an unknown report is a usage error that names the near one', async () => {
  const { ctx, warehouse } = await openSales()
  const error = await report(ctx, warehouse, { ...htmlOnly, names: ['sale'] }).catch((caught) => caught)
  expect(error.exitCode).toBe(2)
  expect(error.message).toContain('Did you mean sales?')
})

test('what a killed run left unfinished is swept, and is never shown', async () => {
  const { ctx, warehouse, published } = await openSales()
  const left = join(published, 'packs', '.making-999999999-aa')
  await mkdir(left, { recursive: true })
  await writeFile(join(left, 'sales.en.html'), 'half')
  await symlink('packs/gone', join(published, '.latest-999999999'))
  await report(ctx, warehouse, htmlOnly)
  expect(await readdir(join(published, 'packs'))).toEqual(['2025-12-31-0a1b2c3d-1'])
  expect((await readdir(published)).sort()).toEqual(['2025-12-31', 'latest', 'packs'])
})

test('where no browser starts the pack comes out as HTML, and it is said why and how to mend it', async () => {
  const { project, ctx, warehouse } = await openSales()
  const broken = join(project.dir, 'chromium')
  await writeFile(broken, '#!/bin/sh\nexit 3\n')
  await chmod(broken, 0o700)
  const env = { PATH: project.dir, TMPDIR: project.dir }
  const { files, missing } = await report({ ...ctx, env }, warehouse, {
    formats: ['html', 'pdf'],
    carriedBrowser: false,
  })
  expect(files.map(({ format }) => format)).toEqual(['html', 'html'])
  expect(missing).toContain(broken)
  expect(missing).toContain('Install Chromium or Chrome')
})

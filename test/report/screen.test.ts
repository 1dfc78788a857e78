import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalogue } from '../../pipelines/catalog/catalogue.ts'
import { silent } from '../../pipelines/log.ts'
import { openProject } from '../../pipelines/project.ts'
import { startBrowser, stopBrowser } from '../../pipelines/report/browser.ts'
import { report } from '../../pipelines/report/report.ts'
import { openShopAfterNight } from '../first-night.ts'
import { openHouse, writeSalesReport } from './fixture.ts'

let browser: Browser

beforeAll(async () => {
  const started = await startBrowser({ env: process.env, carried: true })
  if (!started.browser) throw new Error(started.failures.join('; '))
  browser = started.browser
})

afterAll(() => stopBrowser(browser))

/** A page of twenty rows in no order, two of them nameless, and a total. */
async function openRows(): Promise<Page> {
  const house = await openHouse()
  const table = `
{{#table rows title='Rows' total='is_total'}}
{{column 'name' 'Name'}}
{{column 'n' 'Number' as='count'}}
{{column 'trend' 'Trend' as='sparkline'}}
{{column 'change' 'Change' as='delta' good='up'}}
{{/table}}
`
  writeSalesReport(house, {
    sql: `
-- name: rows
select case when i = 20 then null else 'row ' || i end as name, (i * 7) % 20 as n, i = 20 as is_total,
  [i, i + 1, null, i - 3] as trend, (i - 10) / 100 as change
from range(21) t(i) order by i`,
    en: table,
    zh: table,
  })
  const { files } = await report(house.ctx, house.warehouse, { formats: ['html'], locales: ['en'] })
  const page = await browser.newPage()
  await page.setViewport({ width: 1280, height: 900 })
  await page.goto(`file://${files[0]?.path}`)
  return page
}

test('tables sort by click and by keyboard and filter; charts tell values to pointer and keys; figures open their rows', async () => {
  const page = await openRows()
  const table = 'figure.tabular:last-of-type table'
  const first = () => page.$$eval(`${table} tbody th`, (heads) => heads.map((head) => head.textContent))
  const sorted = () =>
    page.$$eval(`${table} th[scope=col]`, (heads) => heads.map((head) => head.getAttribute('aria-sort')))
  const own = await first()
  expect([own.length, own.at(-1)]).toEqual([21, 'Total'])

  const button = (n: number) => `${table} th:nth-child(${n}) button`
  await page.click(button(2))
  expect(await sorted()).toEqual([null, 'descending', null, null])
  expect((await first()).slice(0, 2)).toEqual(['row 17', 'row 14'])
  expect((await first()).at(-1)).toBe('Total')
  await page.focus(button(2))
  await page.keyboard.press('Enter')
  expect(await sorted()).toEqual([null, 'ascending', null, null])
  expect((await first())[0]).toBe('row 0')
  await page.keyboard.press('Space')
  expect(await sorted()).toEqual([null, null, null, null])
  expect(await first()).toEqual(own)
  await page.click(button(1))
  expect((await first()).slice(8, 12)).toEqual(['row 8', 'row 9', 'row 10', 'row 11'])

  await page.type('.filter input', 'ROW 1')
  const shown = await page.$$eval(
    `${table} tbody tr`,
    (rows) => rows.filter((row) => !(row as HTMLElement).hidden).length,
  )
  expect(shown).toBe(11)
  expect(await page.$eval('.filter output', (output) => output.textContent)).toBe('11 of 20 rows')

  const sparks = await page.$$eval('svg.spark', (all) => all.map((spark) => spark.getAttribute('aria-label')))
  expect(sparks).toContain('4.00 to 1.00. highest: 5.00; lowest: 1.00')
  const delta = await page.$$eval(`${table} td:last-child`, (cells) =>
    cells.map((cell) => `${cell.textContent?.trim()} ${cell.className}`),
  )
  expect(delta).toContain('▲ +9% number good')
  expect(delta).toContain('▼ −10% number bad')

  const tip = '.block:has(svg.chart) .tip'
  const said = () => page.$eval(tip, (one) => ((one as HTMLElement).hidden ? '' : one.textContent))
  await page.$eval('svg.chart', (chart) => (chart as SVGElement).focus())
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  expect(await said()).toBe('Actual, November 2025: 90 ¥ thousand')
  await page.keyboard.press('Escape')
  expect(await said()).toBe('')
  const bar = await page.$$eval('svg.chart', (charts) => {
    charts[1]?.scrollIntoView({ block: 'center' })
    const boxes = [...(charts[1]?.querySelectorAll('path') ?? [])].map((path) => path.getBoundingClientRect())
    const widest = boxes.toSorted((a, b) => b.width - a.width)[0] as DOMRect
    return { x: widest.x + widest.width / 2, y: widest.y + widest.height / 2 }
  })
  await page.mouse.move(bar.x, bar.y)
  expect(await page.$$eval('.tip:not([hidden])', (tips) => tips.map((one) => one.textContent))).toEqual([
    'Oolong: 360 ¥ thousand',
  ])

  expect(await page.$eval('details.behind', (details) => (details as HTMLDetailsElement).open)).toBe(false)
  await page.click('details.behind summary')
  const rows = await page.$$eval('details.behind[open] tbody tr', (all) =>
    all.map((row) => [...row.children].map((cell) => cell.textContent)),
  )
  expect(rows).toEqual([
    ['October 2025', '121'],
    ['November 2025', '90'],
    ['December 2025', '149'],
  ])
  await page.close()
})

describe('the pack of the shop, in both languages', () => {
  let pack: string
  let names: string[]
  beforeAll(async () => {
    const shop = await openShopAfterNight('screen')
    const opened = await openProject(shop.dir)
    const project = { ...opened, config: { ...opened.config, locales: ['en' as const, 'zh-CN' as const] } }
    const clock = () => new Date('2026-01-01T05:00:00Z')
    const ctx = { project, asOf: '2011-12-09', clock, log: silent, env: process.env }
    const warehouse = project.paths.warehouse
    await report(ctx, warehouse, {
      formats: ['html', 'xlsx'],
      parts: [{ folder: 'catalogue', files: () => catalogue(ctx, warehouse) }],
    })
    pack = join(project.paths.published, 'latest')
    names = (await readdir(pack)).filter((name) => name.endsWith('.html'))
  })

  test('holds its pages', () => {
    expect(names.length).toBeGreaterThanOrEqual(16)
  })

  test('has no serious fault of access', { timeout: 240_000 }, async () => {
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    const faults: string[] = []
    const page = await browser.newPage()
    await page.setViewport({ width: 1280, height: 900 })
    for (const name of names) {
      await page.goto(`file://${join(pack, name)}`)
      await page.evaluate(axe)
      faults.push(...(await page.evaluate(seriousFaults)).map((fault) => `${name}: ${fault}`))
    }
    await page.close()
    expect(faults).toEqual([])
  })

  test('asks for nothing, leads nowhere that is not there, and on paper has no type below 8 pt and fits the sheet', {
    timeout: 240_000,
  }, async () => {
    const faults: string[] = []
    const page = await browser.newPage()
    await page.setViewport({ width: 680, height: 900 })
    await page.emulateMediaType('print')
    let asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    for (const name of names) {
      asked = []
      await page.goto(`file://${join(pack, name)}`)
      const others = asked.slice(1).filter((address) => !address.startsWith('data:'))
      if (others.length > 0) faults.push(`${name} asks for ${others.join(', ')}`)
      faults.push(...(await page.evaluate(smallText)).map((text) => `${name}: too small: ${text}`))
      // What is wider is printed smaller, all of it.
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      if (width > 680) faults.push(`${name} is ${width} wide on a sheet of 680`)
      const lost = (await page.$$eval('a', (links) => links.map((link) => link.href)))
        .map((href) => decodeURIComponent(new URL(href).pathname))
        .filter((path) => !existsSync(path))
      faults.push(...lost.map((path) => `${name}: leads to ${path}, which is not there`))
    }
    await page.close()
    expect(faults).toEqual([])
  })
})

interface AxeResults {
  passes: { id: string }[]
  violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[]
}

/** Runs in the page. */
async function seriousFaults(): Promise<string[]> {
  const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }
  for (const details of document.querySelectorAll('details')) details.open = true
  const { violations, passes } = await axe.run({ resultTypes: ['violations'] })
  if (!passes.some(({ id }) => id === 'color-contrast')) return ['contrast was not looked at']
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary.slice(0, 200)}`,
    )
}

/** Runs in the page, which is as wide as paper: 8 pt are 10.67 of its pixels. */
function smallText(): string[] {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const small: string[] = []
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement as Element
    if (!node.textContent?.trim() || parent.getClientRects().length === 0) continue
    const svg = parent.closest('svg')
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1
    const size = Number.parseFloat(getComputedStyle(parent).fontSize) * scale
    if (size < 10.6) small.push(`${node.textContent.trim().slice(0, 30)} ${size}`)
  }
  return small.slice(0, 3)
}

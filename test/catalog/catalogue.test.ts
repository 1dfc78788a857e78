import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, HTTPRequest, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalogue } from '../../pipelines/catalog/catalogue.ts'
import { openLedger } from '../../pipelines/ledger.ts'
import { catalogueStage } from '../../pipelines/nightly.ts'
import { startBrowser, stopBrowser } from '../../pipelines/report/browser.ts'
import type { StageContext } from '../../pipelines/stage.ts'
import { hostile, openSite } from './site.ts'

let ctx: StageContext
let out: string
let browser: Browser
const requests: string[] = []
const problems: string[] = []

beforeAll(async () => {
  const site = await openSite('catalogue')
  ctx = site.ctx
  out = site.out
  const started = await startBrowser({ env: process.env, carried: true })
  expect(started.failures.join('\n')).toBe('')
  browser = started.browser as Browser
})
afterAll(async () => {
  if (browser) await stopBrowser(browser)
  if (ctx) await rm(ctx.project.dir, { recursive: true, force: true })
})

async function open(address: string): Promise<Page> {
  const page = await browser.newPage()
  await page.setViewport({ width: 1280, height: 900 })
  page.on('request', (request: HTTPRequest) => requests.push(request.url()))
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => problems.push(message.text()))
  await page.goto(`${pathToFileURL(out).href}/${address}`)
  return page
}

const addressOf = (page: Page): string =>
  decodeURIComponent(page.url().slice(pathToFileURL(out).href.length + 1))

/** Waits for the page that a press leads to. */
async function leave(page: Page, press: () => Promise<unknown>): Promise<void> {
  await Promise.all([page.waitForNavigation(), press()])
}

const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (element) => element.textContent.trim())

describe('search', () => {
  test('finds a column, with the keyboard alone, and opens it', async () => {
    const page = await open('index.html')
    await page.keyboard.press('/')
    await page.keyboard.type('orders gross_sales')
    await page.waitForSelector('#found li')
    expect(await textOf(page, '#found li[aria-selected=true]')).toMatch(/core\.orders\s*gross_sales/)
    await leave(page, () => page.keyboard.press('Enter'))
    expect(addressOf(page)).toBe('core.orders.html#gross_sales')
    await page.waitForSelector('tr.lineage .way .chosen')
    expect(await textOf(page, '.way .chosen')).toBe('gross_sales')
    await page.close()
  })

  test('finds a table by words of its description, and says when there is nothing', async () => {
    const page = await open('graph.html')
    await page.focus('#find')
    await page.keyboard.type('documents sale returns reduce')
    await page.waitForSelector('#found li b')
    expect(await textOf(page, '#found li b')).toBe('core.orders')
    await page.$eval('#find', (field) => {
      ;(field as HTMLInputElement).value = ''
    })
    await page.keyboard.type('zebra zebra')
    await page.waitForSelector('#found .none')
    expect(await textOf(page, '#count')).toBe('0 found')
    await page.keyboard.press('Escape')
    expect(await page.$eval('#found', (list) => (list as HTMLElement).hidden)).toBe(true)
    await page.close()
  })
})

describe('graph', () => {
  test('a press on a table opens its page, from there a press on a neighbour the next', async () => {
    const page = await open('graph.html')
    await leave(page, () => page.click('a.box[data-name="raw.invoice_lines"]'))
    expect(addressOf(page)).toBe('raw.invoice_lines.html')
    await leave(page, () => page.click('a.box[data-name="staging.order_lines"]'))
    expect(addressOf(page)).toBe('staging.order_lines.html')
    await page.close()
  })

  test('walks along the lines with arrow keys, Enter opens', async () => {
    const page = await open('graph.html#core.orders')
    const here = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.name as string)
    expect(await here()).toBe('core.orders')
    const marked = await page.$$eval('.box.on', (boxes) =>
      boxes.map((box) => (box as HTMLElement).dataset.name),
    )
    expect(marked).toEqual(expect.arrayContaining(['raw.invoice_lines', 'core.customers', 'report.rfm']))
    expect(marked).not.toContain('staging.surveys')
    await page.keyboard.press('ArrowRight')
    const reader = await here()
    expect(await page.$$(`.line[data-from="core.orders"][data-to="${reader}"]`)).toHaveLength(1)
    await page.keyboard.press('ArrowLeft')
    expect(await page.$$eval('.line.down', (lines) => lines.length)).toBeGreaterThan(0)
    await leave(page, () => page.keyboard.press('Enter'))
    expect(addressOf(page)).toMatch(/^(core|staging|identity)\.\w+\.html$/)
    await page.close()
  })

  test('moves and zooms, and a drag opens nothing', async () => {
    const page = await open('graph.html')
    const view = () =>
      page.$eval('.walk svg', (svg) => svg.getAttribute('viewBox')?.split(' ').map(Number) as number[])
    const [x, , width] = (await view()) as [number, number, number, number]
    const { left, top } = await page.$eval('a.box[data-name="raw.invoice_lines"]', (box) =>
      box.getBoundingClientRect().toJSON(),
    )
    await page.mouse.move(left + 10, top + 10)
    await page.mouse.down()
    await page.mouse.move(left + 110, top + 10, { steps: 4 })
    await page.mouse.up()
    expect((await view())[0]).toBeLessThan(x)
    expect(addressOf(page)).toBe('graph.html')
    await page.mouse.wheel({ deltaY: -400 })
    expect((await view())[2]).toBeLessThan(width)
    await page.click('[data-zoom=all]')
    const inside = await page.$$eval('.box', (boxes) => {
      const frame = document.querySelector('.walk')?.getBoundingClientRect() as DOMRect
      return boxes.every((box) => {
        const { left, right } = box.getBoundingClientRect()
        return left >= frame.left && right <= frame.right
      })
    })
    expect(inside).toBe(true)
    await page.close()
  })
})

describe('lineage of a column', () => {
  test('is shown by a press, back to what is delivered and on to what is made of it', async () => {
    const page = await open('core.orders.html')
    await page.click('button.column[data-key="core.orders.net_sales"]')
    await page.waitForSelector('.way .chosen')
    const cards = await page.$$eval('.way .card', (all) =>
      all.map((card) => [...card.querySelectorAll('a')].map((link) => link.textContent).join(' ')),
    )
    expect(cards).toEqual(
      expect.arrayContaining([
        'raw.invoice_lines quantity unit_price',
        'core.orders net_sales',
        'core.purchases net_sales',
      ]),
    )
    expect(addressOf(page)).toBe('core.orders.html#net_sales')
    await leave(page, () => page.click('.way a[href="core.lines.html#net_sales"]'))
    await page.waitForSelector('.way .chosen')
    expect(addressOf(page)).toBe('core.lines.html#net_sales')
    await page.close()
  })

  test('a second press closes it, another column takes its place', async () => {
    const page = await open('core.orders.html#net_sales')
    await page.waitForSelector('.way')
    await page.click('button.column[data-key="core.orders.market"]')
    await page.waitForSelector('tr#market + tr.lineage .way')
    expect(await page.$$('tr.lineage')).toHaveLength(1)
    await page.click('button.column[data-key="core.orders.market"]')
    expect(await page.$$('tr.lineage')).toHaveLength(0)
    await page.close()
  })
})

describe('in the pack', () => {
  test('the index of the night leads to the catalogue of the same run, and back', async () => {
    const page = await open('../index.html')
    const run = await textOf(page, '.run')
    await leave(page, () => page.click('nav a[href="catalogue/index.html"]'))
    expect(await textOf(page, 'h1')).toBe('Catalogue')
    expect(await textOf(page, '.run')).toBe(run)
    await leave(page, () => page.click('nav a[href="../index.html"]'))
    expect(await textOf(page, 'h1')).toBe('Contents of the night')
    await page.close()
  })

  test('the command writes it anew and leaves the reports beside it as they are', async () => {
    const inode = async (name: string) => (await stat(join(out, '..', name))).ino
    const before = { report: await inode('rfm.en.html'), page: await inode('catalogue/core.orders.html') }
    const ledger = await openLedger(ctx.project, { command: 'catalogue', asOf: ctx.asOf }, ctx)
    await catalogueStage(ctx, ledger)
    expect(await inode('rfm.en.html')).toBe(before.report)
    expect(await inode('catalogue/core.orders.html')).not.toBe(before.page)
    expect(await readFile(join(out, '..', 'index.html'), 'utf8')).toContain('href="rfm.en.html"')
  })
})

describe('pages', () => {
  test('tell of rows, tests and time over the nights', async () => {
    const page = await open('staging.order_lines.html')
    const nights = await page.$$eval('.nights tbody tr', (rows) =>
      rows.map((row) => [...row.children].map((cell) => cell.textContent)),
    )
    expect(nights.map(([asOf]) => asOf)).toEqual(['10 December 2011', '9 December 2011'])
    const [second, first] = nights.map((night) => Number(night[1]?.replace(',', ''))) as [number, number]
    const step = second - first
    expect(nights[0]?.[3]).toBe(`${step > 0 ? '+' : '−'}${Math.abs(step)}`)
    expect(nights.every((night) => /^\d+\.\d+ s$/.test(night[4] as string))).toBe(true)
    await page.goto(`${pathToFileURL(out).href}/core.orders.html`)
    expect(
      await page.$$eval('tr#order_id .test', (tests) =>
        tests.map((one) => [one.className, one.getAttribute('title')]),
      ),
    ).toEqual([
      ['test passed', 'passed'],
      ['test passed', 'passed'],
    ])
    await page.close()
  })

  test('are read on a phone without moving them sideways', async () => {
    for (const address of ['index.html', 'core.orders.html', 'parameters.html', 'graph.html']) {
      const page = await open(address)
      await page.setViewport({ width: 390, height: 800 })
      const wider = await page.evaluate(() =>
        [document.documentElement, ...document.querySelectorAll('.wide, table')]
          .filter((element) => element.scrollWidth > Math.max(element.clientWidth, 390))
          .map((element) => `${element.tagName}.${element.className}`),
      )
      expect([address, ...wider]).toEqual([address])
      await page.close()
    }
    const page = await open('index.html')
    await page.setViewport({ width: 390, height: 800 })
    expect(await page.$eval('.tables th[scope=row]', (cell) => cell.clientWidth)).toBeGreaterThan(120)
    expect(await page.$eval('td.what', (cell) => cell.getBoundingClientRect().height)).toBeGreaterThan(0)
    await page.goto(`${pathToFileURL(out).href}/core.orders.html#net_sales`)
    await page.waitForSelector('.way')
    expect(await page.$eval('.way', (way) => way.clientWidth)).toBeGreaterThan(300)
    await page.close()
  })

  test('mark personal data, also where it is only copied on', async () => {
    const page = await open('odd.strange.html')
    expect(await textOf(page, 'tr#customer .mark')).toBe('from personal')
    expect(await textOf(page, 'tr#renamed .mark')).toBe('from personal')
    await page.goto(`${pathToFileURL(out).href}/raw.invoice_lines.html`)
    expect(await textOf(page, 'tr#customer_id .mark')).toBe('personal')
    await page.close()
  })

  test('show names and texts that look like code as text', async () => {
    const page = await open('odd.strange.html')
    expect(await page.title()).toBe('odd.strange · Online Retail (UCI) · catalogue')
    expect(await textOf(page, '.question')).toBe(hostile)
    expect(await page.$$eval('main b, main img, main script, header img', (found) => found.length)).toBe(0)
    expect(await textOf(page, 'pre')).toContain("-- </code></pre><script>document.title = 'owned'</script>")
    await page.click('button.column')
    await page.waitForSelector('tr.lineage')
    await page.focus('#find')
    await page.keyboard.type('bold')
    await page.waitForSelector('#found li b')
    expect(await page.$$eval('#found li b', (names) => names.map((name) => name.textContent))).toContain(
      '<b>"bold"</b>',
    )
    await page.goto(`${pathToFileURL(out).href}/report.odd.html`)
    expect(await textOf(page, 'pre')).toContain('</script><script>')
    expect(await page.title()).not.toBe('owned')
    await page.close()
  })

  test('lead only to pages, reports and columns that are there', async () => {
    const pack = new Set(await readdir(join(out, '..')))
    const pages = (await readdir(out)).filter((name) => name.endsWith('.html'))
    const texts = new Map(
      await Promise.all(pages.map(async (name) => [name, await readFile(join(out, name), 'utf8')] as const)),
    )
    const ids = new Map(
      [...texts].map(([name, text]) => [
        name,
        new Set([...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)),
      ]),
    )
    const dead = [...texts].flatMap(([name, text]) =>
      [...text.matchAll(/ href="([^"]*)"/g)]
        .map(([, href]) => href as string)
        .filter((href) => !isLive(href, name))
        .map((href) => `${name} -> ${href}`),
    )
    function isLive(href: string, from: string): boolean {
      const [file, id] = href.split('#') as [string, string?]
      const page = decodeURIComponent(file || from)
      if (page.endsWith('.css')) return true
      if (page.startsWith('../')) return pack.has(page.slice('../'.length))
      // Boxes of the graph are found by their name.
      return (
        texts.has(page) && (id === undefined || page === 'graph.html' || (ids.get(page)?.has(id) ?? false))
      )
    }
    expect(dead).toEqual([])
    expect(pages.length).toBeGreaterThan(70)
  })

  test('are the same whenever they are written, readable by their owner alone', async () => {
    const later = { ...ctx, clock: () => new Date('2031-01-01') }
    const again = await catalogue(later, ctx.project.paths.warehouse)
    expect([...again.keys()].sort()).toEqual((await readdir(out)).sort())
    expect(again.has('core.orders.html')).toBe(true)
    for (const [name, text] of again) {
      expect((await readFile(join(out, name), 'utf8')) === text, name).toBe(true)
      expect((await stat(join(out, name))).mode & 0o077).toBe(0)
    }
  })
})

test('no request leaves the folder, and none could: pages may load nothing from a network', async () => {
  const folder = `${pathToFileURL(join(out, '..')).href}/`
  expect(requests.filter((url) => !url.startsWith(folder) && !url.startsWith('data:'))).toEqual([])
  expect(requests.length).toBeGreaterThan(20)
  expect(problems).toEqual([])
  const page = await browser.newPage()
  await page.goto(`${folder}catalogue/core.orders.html`)
  const refused = await page.evaluate(async () => {
    const directives: string[] = []
    document.addEventListener('securitypolicyviolation', (event) => directives.push(event.effectiveDirective))
    await fetch('http://127.0.0.1:9/').catch(() => undefined)
    const image = new Image()
    await new Promise((resolve) => {
      image.onerror = resolve
      image.src = 'http://127.0.0.1:9/pixel.png'
    })
    return directives
  })
  expect(refused).toEqual(['connect-src', 'img-src'])
  await page.close()
})

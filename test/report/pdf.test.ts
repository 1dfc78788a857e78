import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'puppeteer-core'
import { expect, onTestFinished, test } from 'vitest'
import { type BrowserChoice, startBrowser, stopBrowser } from '../../pipelines/report/browser.ts'
import { unpackCarried } from '../../pipelines/report/carried.ts'
import { report } from '../../pipelines/report/report.ts'
import { openHouse, writeSalesReport } from './fixture.ts'
import { readPdf } from './pdf-objects.ts'

const patience = 120_000

async function start(choice: Partial<BrowserChoice> = {}): Promise<Browser> {
  const { browser, failures } = await startBrowser({ env: process.env, carried: true, ...choice })
  if (!browser) throw new Error(failures.join('; '))
  onTestFinished(() => stopBrowser(browser))
  return browser
}

/** Text of a PDF as the command of the machine reads it, where there is one. */
function textOf(path: string): string | undefined {
  try {
    return execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

test('prints tagged PDF with title, language, outline, running lines and page numbers', {
  timeout: patience,
}, async () => {
  const house = await openHouse()
  writeSalesReport(house)
  // A tab prints several pages, one after the other.
  for (const name of ['again', 'more'])
    for (const locale of ['en', 'zh-CN']) {
      house.write(
        `reports/${name}/${locale}.md`,
        `---\ntitle: ${name} ${locale}\norder: 9\n---\n{{money total.amount}}\n`,
      )
      house.write(`reports/${name}/queries.sql`, '-- name: total :one\nselect 1.5 as amount')
    }
  const { files, missing } = await report(house.ctx, house.warehouse)
  expect(missing).toBeUndefined()
  const all = files.filter(({ format }) => format === 'pdf')
  expect(all).toHaveLength(6)
  for (const { path } of all) {
    const faces = [...(await readFile(path, 'latin1')).matchAll(/\/FontName \/[A-Z]+\+(\w+)/g)].map(
      ([, face]) => face,
    )
    expect([path, faces.filter((face) => !/^(Inter|NotoSansSC)$/.test(face ?? ''))]).toEqual([path, []])
    expect(faces.length).toBeGreaterThan(0)
  }
  const pdfs = all.filter(({ name }) => name === 'sales')
  expect(pdfs.map(({ locale }) => locale)).toEqual(['en', 'zh-CN'])
  for (const { path, locale } of pdfs) {
    const raw = await readFile(path, 'latin1')
    expect(raw.startsWith('%PDF-')).toBe(true)
    const { title, language, bookmarks, elements } = readPdf(raw)
    const isEnglish = locale === 'en'
    const name = isEnglish ? 'Sales' : '销售'
    expect(title).toBe(isEnglish ? 'Sales · Tea <House> · 2025-12-31' : '销售 · 茶舍 · 2025-12-31')
    expect(language).toBe(locale)
    expect(bookmarks).toEqual([
      [0, name],
      [1, 'Sales by month'],
      [1, 'Products'],
      [1, 'Products'],
    ])
    expect(raw.includes('/StructTreeRoot')).toBe(true)
    const count = (kind: string) => elements.get(kind)?.length ?? 0
    expect([count('H1'), count('Table'), count('TR'), count('TD')]).toEqual([1, 1, 4, 3])
    // A head for each column and for each row says of which it is.
    expect(elements.get('TH')?.map((head) => /\/Scope \/(\w+)/.exec(head)?.[1])).toEqual([
      'Column',
      'Column',
      'Row',
      'Row',
    ])
    const alternatives = (elements.get('Figure') ?? []).filter((figure) => figure.includes('/Alt'))
    expect(alternatives).toHaveLength(2)
    expect(raw.includes('/Type /Font') && !raw.includes('/Type3')).toBe(true)
  }
  const english = textOf(pdfs[0]?.path as string)
  if (english === undefined) return
  for (const text of [
    'Oolong sold best',
    'As of 31 December 2025',
    '2025-12-31-0a1b2c3d',
    'Page 1 of',
    '<script>alert(1)</script>',
  ]) {
    expect(english).toContain(text)
  }
  expect(textOf(pdfs[1]?.path as string)).toContain('第1页')
  const again = await report(house.ctx, house.warehouse, { names: ['sales'], locales: ['en'] })
  expect(textOf(again.files.find(({ format }) => format === 'pdf')?.path as string)).toBe(english)
})

test('nothing that is for the screen is printed, and what cannot stand on the rest of a page begins the next', {
  timeout: patience,
}, async () => {
  const house = await openHouse()
  const chart = "{{chart 'bar' data=many x='name' y='n' unit='number' unit_label='Things' title='Many'}}\n"
  writeSalesReport(house, {
    sql: "\n-- name: many\nselect 'thing ' || i as name, i as n from range(40) t(i)",
    en: `\n${chart.repeat(2)}`,
    zh: `\n${chart.repeat(2)}`,
  })
  const { files } = await report(house.ctx, house.warehouse, { locales: ['en'] })
  const pdf = files.find(({ format }) => format === 'pdf')?.path as string
  const { elements, pages } = readPdf(await readFile(pdf, 'latin1'))
  // Two charts of forty bars fill more than half a page each, so that each has one of its own.
  expect(pages).toBe(3)
  expect([elements.has('Link'), elements.get('Table')?.length]).toEqual([false, 1])
  const text = textOf(pdf)
  if (text === undefined) return
  const sheets = text.split('\f').slice(0, -1)
  expect(sheets.map((sheet) => sheet.match(/thing \d+/g)?.length ?? 0)).toEqual([0, 40, 40])
  expect(text).not.toContain('The rows behind this')
})

test('long tables repeat their head and cut no row', { timeout: patience }, async () => {
  const house = await openHouse()
  const page = (title: string) =>
    `---\ntitle: ${title}\norder: 1\n---\n{{#table rows title='Rows'}}\n{{column 'name' 'Nameofrow'}}\n{{column 'n' 'N' as='count'}}\n{{/table}}\n`
  house.write(
    'reports/long/queries.sql',
    `-- name: rows\nselect 'row ' || i || ' begins, goes on for more than one line of the table and then, at last, after all of these words of it, ends ' || i as name, i as n from range(120) t(i)`,
  )
  house.write('reports/long/en.md', page('Long'))
  house.write('reports/long/zh-CN.md', page('长'))
  const { files } = await report(house.ctx, house.warehouse, { locales: ['en'] })
  const text = textOf(files.find(({ format }) => format === 'pdf')?.path as string)
  if (text === undefined) return
  const pages = text.split('\f').slice(0, -1)
  expect(pages.length).toBeGreaterThan(2)
  for (const one of pages) {
    expect(one).toContain('Nameofrow')
    const begun = [...one.matchAll(/row (\d+) begins/g)].map(([, n]) => n)
    const ended = [...one.replace(/\s+/g, ' ').matchAll(/ends? (\d+)/g)].map(([, n]) => n)
    expect(ended.length).toBe(begun.length)
  }
})

test('a page loads nothing, in light and in dark, and holds every figure within its width', {
  timeout: patience,
}, async () => {
  const house = await openHouse()
  writeSalesReport(house)
  const { files } = await report(house.ctx, house.warehouse, { formats: ['html'] })
  const browser = await start()
  for (const scheme of ['light', 'dark']) {
    for (const width of [390, 1280]) {
      const page = await browser.newPage()
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
      await page.setViewport({ width, height: 900 })
      const url = `file://${files[1]?.path}`
      await page.goto(url)
      await page.evaluate(() => document.fonts.ready.then(() => undefined))
      expect(asked.filter((address) => address !== url && !address.startsWith('data:'))).toEqual([])
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(overflow).toBeLessThanOrEqual(0)
      const unloaded = await page.evaluate(
        () => [...document.fonts].filter((face) => face.status === 'error').length,
      )
      expect(unloaded).toBe(0)
      await page.close()
    }
  }
})

test('two runs that unpack the carried browser at once both get it, and leavings of a killed one are swept', {
  timeout: patience,
}, async () => {
  const home = mkdtempSync(join(tmpdir(), 'clientele-carried-'))
  await mkdir(join(home, '.unpacking-999999999-x'))
  await writeFile(join(home, '.unpacking-999999999-x', 'chromium'), 'half')
  const [one, two] = await Promise.all([unpackCarried(home), unpackCarried(home)])
  expect(one).toEqual(two)
  expect((await readdir(home)).filter((name) => name.startsWith('.'))).toEqual([])
  expect(await readdir(one.libraries)).toContain('libnss3.so')
  const browser = await start({
    carried: 'only',
    home,
    env: { PATH: '/nowhere', LD_LIBRARY_PATH: one.libraries },
  })
  expect(await browser.version()).toMatch(/Chrome/)
})

test('a browser is given nothing of the environment but what it needs', { timeout: patience }, async () => {
  const home = mkdtempSync(join(tmpdir(), 'clientele-env-'))
  const spy = join(home, 'chromium')
  await writeFile(spy, `#!/bin/sh\nenv > ${join(home, 'env')}\nexit 1\n`, { mode: 0o700 })
  const { browser, failures } = await startBrowser({
    named: spy,
    env: { PATH: '/usr/bin:/bin', DB_PASSWORD: 'secret' },
    carried: false,
  })
  if (browser) await stopBrowser(browser)
  expect(failures[0]).toContain(spy)
  expect(await readFile(join(home, 'env'), 'utf8')).not.toContain('secret')
})

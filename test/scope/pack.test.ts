import { hash } from 'node:crypto'
import { mkdtemp, readdir, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { sheetRows } from '../../pipelines/extract/files/xlsx/rows.ts'
import { openWorkbook } from '../../pipelines/extract/files/xlsx/workbook.ts'
import { openPack } from '../../pipelines/report/pack.ts'
import { type ReportOptions, report } from '../../pipelines/report/report.ts'
import { openScoped } from '../../pipelines/scope/scope.ts'
import type { StageContext } from '../../pipelines/stage.ts'
import { firmDay } from '../firm.ts'
import { firmAfterNight, openShopAfterNight } from '../first-night.ts'
import { openBeside } from './part.ts'

/** What the index says of every report would be read else. */
function onlyReports({ project }: StageContext, names: string[]): void {
  const { layered } = project
  project.layered = async (folder) =>
    (await layered(folder)).filter(
      ({ key }) => folder !== 'reports' || names.includes(key.split('/')[0] as string),
    )
}

let ctx: StageContext
beforeAll(async () => {
  ctx = await openBeside(await firmAfterNight(), firmDay)
  onlyReports(ctx, ['index', 'churn', 'lists'])
}, 240_000)

const partOf = (at: StageContext, asked: { region?: string; segment?: string }, more: ReportOptions = {}) =>
  report(at, at.project.paths.warehouse, {
    formats: ['html'],
    ...more,
    openScoped: (queries) => openScoped(at, at.project.paths.warehouse, asked, queries),
  })
/** A pack of the night, or of a part of it, that a run of this id made. */
async function showNight(runId: string, apart?: string): Promise<void> {
  const pack = await openPack(ctx.project, { runId, asOf: firmDay }, { apart })
  await pack.write('index.html', 'the night')
  await pack.finish()
}

const read = (folder: string, file: string) => readFile(join(folder, file), 'utf8')
const fact = (html: string, name: string) => new RegExp(`<dt>${name}</dt><dd[^>]*>([^<]*)`).exec(html)?.[1]

test('a part has a pack of its own beside that of the night: each page names it, or says that it is of the whole firm', async () => {
  await showNight(`${firmDay}-00000000`)
  const asked = { region: '广东省', segment: 'champions' }
  const { folder, part } = await partOf(ctx, asked, { currency: 'GBP' })
  expect(basename(folder)).toBe(`${firmDay}.region-广东省.segment-Champions.currency-GBP`)
  expect(part).toEqual({
    scope: { region: '广东省', market: 'CN', place: '广东省', segment: 'Champions' },
    customers: expect.any(Number),
  })
  const churn = await read(folder, 'churn.en.html')
  const lists = await read(folder, 'lists.en.html')
  expect(fact(churn, 'Part of the firm')).toBe('Region: 广东省 (Mainland China); segment: Champions')
  expect(fact(lists, 'Part of the firm')).toContain('The whole firm, in the pack of: Region: 广东省')
  expect(fact(churn, 'Amounts in')).toMatch(/^GBP; 1 CNY/)
  expect(churn).toContain('<code>churn.drivers</code> (the whole firm’s)')
  expect(churn).not.toContain('<code>churn.summary</code> (the whole firm’s)')
  expect(await read(folder, 'index.html')).toContain('Region: 广东省 (Mainland China); segment: Champions')
  expect(await read(join(ctx.project.paths.published, 'latest'), 'index.html')).toBe('the night')
  expect((await stat(join(folder, 'churn.en.html'))).mode & 0o777).toBe(0o600)
  expect(await readdir(join(ctx.project.paths.var, 'scoped'))).toEqual([])
  const again = await partOf(ctx, asked, { currency: 'GBP' })
  expect([await read(again.folder, 'churn.en.html'), await read(again.folder, 'lists.en.html')]).toEqual([
    churn,
    lists,
  ])
}, 120_000)

test('packs of parts go when another run takes the place of the night they are of', async () => {
  const { published } = ctx.project.paths
  const parts = async () => (await readdir(published)).filter((name) => name.startsWith(`${firmDay}.`))
  await showNight(`${firmDay}-00000000`)
  expect(await parts()).toHaveLength(1)
  await showNight(`${firmDay}-11111111`)
  expect(await parts()).toEqual([])
  await showNight(`${firmDay}-11111111`, `${firmDay}.region-GB`)
  expect(await parts()).toEqual([`${firmDay}.region-GB`])
})

test('a shop that has orders and customers alone has the pack of its market, and its workbook', async () => {
  const { dir, first } = await openShopAfterNight('part')
  const shop = await openBeside(dir, first.asOf)
  const names = ['index', 'management-summary', 'customer-base', 'rfm', 'products', 'data-quality']
  onlyReports(shop, names)
  const digest = async () => hash('sha256', await readFile(shop.project.paths.warehouse))
  const before = await digest()
  const { files, folder, part, missing } = await partOf(shop, { region: 'gb' }, { formats: ['html', 'xlsx'] })
  expect(missing).toBeUndefined()
  expect(part?.scope).toEqual({ region: 'GB', market: 'GB' })
  expect(files.map(({ name }) => name).sort()).toEqual([...names.slice(1), 'workbook'].sort())
  const book = await openWorkbook(
    join(folder, 'workbook.xlsx'),
    await mkdtemp(join(tmpdir(), 'clientele-part-')),
  )
  const index: (string | null)[][] = []
  for await (const { cells } of sheetRows(await book.read(book.sheets[0]?.member as string), book))
    index.push(cells)
  book.close()
  expect(index).toContainEqual(['Part of the firm', 'Region: UK'])
  expect(
    index.some(([sheet, title]) => sheet?.startsWith('data-quality.') && title?.endsWith('(The whole firm)')),
  ).toBe(true)
  expect(await digest()).toBe(before)
}, 120_000)

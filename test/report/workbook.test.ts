import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { openArchive } from '../../pipelines/extract/files/archive.ts'
import { sheetRows } from '../../pipelines/extract/files/xlsx/rows.ts'
import { openWorkbook } from '../../pipelines/extract/files/xlsx/workbook.ts'
import { report } from '../../pipelines/report/report.ts'
import { type House, openHouse, writeSalesReport } from './fixture.ts'

const formats = ['html', 'xlsx'] as const
let house: House
let sheets: Map<string, (string | null)[][]>
const file = () => join(house.project.paths.published, 'latest', 'workbook.xlsx')

const tableOf = (title: string, head: (english: string, chinese: string) => string) => `
{{#table daring title='${title}'}}
{{column 'name' '${head('Name', '名称')}'}}
{{column 'day' '${head('Day', '日期')}' as='date'}}
{{column 'share' '${head('Share', '占比')}' as='percent'}}
{{column 'grade' '${head('Grade', '等级')}' words='grades'}}
{{column 'cost' '${head('Cost', '成本')}' as='money'}}
{{/table}}
`
const words = '\nwords: { grades: { a: Best, b: Rest } }\nfindings:'

beforeAll(async () => {
  house = await openHouse()
  writeSalesReport(house, {
    sql: `
-- name: daring
select * from (values
  (1, '=HYPERLINK("http://x")', date '2025-03-01', 0.125, 'a', 1234.5678, 'secret'),
  (2, '+49 30', null, -0.5, 'b', -7, 'secret'),
  (3, 'a_x0041_b & <c>' || chr(7), date '2024-02-29', 0, 'b', null, 'secret')) as t(n, name, day, share, grade, cost, unseen)
order by n`,
    en: tableOf('Daring names', (english) => english),
    zh: tableOf('奇异名称', (_, chinese) => chinese),
  })
  for (const [locale, own] of [
    ['en', words],
    ['zh-CN', words.replace('Best', '最佳').replace('Rest', '其余')],
  ]) {
    const path = `reports/sales/${locale}.md`
    const text = await readFile(join(house.project.dir, path), 'utf8')
    house.write(path, text.replace('\nfindings:', `\ncounts: Sales *net* & {{money total.amount}}${own}`))
  }
  house.write('reports/card/queries.sql', "-- name: person\nselect 'Somebody' as name")
  for (const locale of ['en', 'zh-CN'])
    house.write(
      `reports/card/${locale}.md`,
      "---\ntitle: Card\norder: 14\nworkbook: false\n---\n{{#table person title='P'}}{{column 'name' 'Name'}}{{/table}}\n",
    )
  await report(house.ctx, house.warehouse, { formats: [...formats] })
  sheets = await readBack(file())
})

/** Every sheet as the intake of the project reads a workbook: each cell as text. */
async function readBack(path: string): Promise<Map<string, (string | null)[][]>> {
  const book = await openWorkbook(path, await mkdtemp(join(tmpdir(), 'clientele-workbook-')))
  const read = new Map<string, (string | null)[][]>()
  for (const { name, member } of book.sheets) {
    const rows: (string | null)[][] = []
    for await (const { cells } of sheetRows(await book.read(member), book)) rows.push(cells)
    read.set(name, rows)
  }
  book.close()
  return read
}

test('holds every table behind the pack, once for all languages, as the project’s own intake reads it', () => {
  expect([...sheets.keys()]).toEqual([
    'Index',
    'sales.months',
    'sales.products',
    'sales.daring',
    'index.loads',
    'index.audits',
  ])
  expect(sheets.get('sales.daring')).toEqual([
    ['Name / 名称', 'Day / 日期', 'Share / 占比', 'Grade', '等级', 'Cost / 成本'],
    ['=HYPERLINK("http://x")', '2025-03-01', '0.125', 'Best', '最佳', '1234.5678'],
    ['+49 30', null, '-0.5', 'Rest', '其余', '-7'],
    ['a_x0041_b & <c>', '2024-02-29', '0', 'Rest', '其余'],
  ])
  expect(sheets.get('sales.products')?.slice(0, 2)).toEqual([
    ['Product', 'Product', 'Amount'],
    ['Oolong', '乌龙茶', '360000'],
  ])
})

test('its index tells the night, every table with title, size and models, and what is counted', () => {
  const index = sheets.get('Index') ?? []
  expect(index.slice(0, 4)).toEqual([
    ['Management pack / 管理报告', 'Tea <House> / 茶舍'],
    ['As of / 数据截至', '2025-12-31'],
    ['Run / 运行编号', '2025-12-31-0a1b2c3d'],
    ['Amounts in / 金额币种', 'CNY'],
  ])
  const lines = index.slice(index.findIndex(([first]) => first?.startsWith('Sheet')) + 1)
  expect(lines.find(([sheet]) => sheet === 'sales.daring')).toEqual(
    ['sales.daring', 'Sales', '销售', 'Daring names', '奇异名称', '3', null].filter((cell) => cell !== null),
  )
  expect(lines[0]).toEqual([
    'sales.months',
    'Sales',
    '销售',
    'Sales by month',
    'Sales by month',
    '3',
    'core.sales',
    'Sales *net* & ¥360k',
    'Sales *net* & 36万元',
  ])
})

/** A part of the workbook as it stands in the file. */
async function partOf(member: string): Promise<string> {
  const archive = await openArchive(file())
  const chunks: Buffer[] = []
  for await (const chunk of await archive.read(member)) chunks.push(chunk as Buffer)
  archive.close()
  return Buffer.concat(chunks).toString()
}

test('text is text: no formula, and what looks like one is marked so that it stays text', async () => {
  const sheet = await partOf('xl/worksheets/sheet4.xml')
  expect(sheet).not.toMatch(/<f[ >]/)
  const styles = await partOf('xl/styles.xml')
  const cells = /<cellXfs[^>]*>(.*)<\/cellXfs>/.exec(styles)?.[1]?.match(/<xf [^>]*>/g) ?? []
  const styleOf = (place: string) => cells[Number(new RegExp(`r="${place}" s="(\\d+)"`).exec(sheet)?.[1])]
  expect(
    [styleOf('A2'), styleOf('A3'), styleOf('A4')].map((style) => style?.includes('quotePrefix="1"')),
  ).toEqual([true, true, false])
  expect(sheet).toContain('<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>')
  const format = (place: string) => {
    const [, id] = /numFmtId="(\d+)"/.exec(styleOf(place) ?? '') ?? []
    return new RegExp(`numFmtId="${id}" formatCode="([^"]*)"`).exec(styles)?.[1]
  }
  expect(['B2', 'C2', 'F2'].map(format)).toEqual(['yyyy-mm-dd', '0.00%', '#,##0.00&quot; CNY&quot;'])
})

test('holds no column that no page shows, and nothing of a page that is to stay out of it', async () => {
  const all = JSON.stringify([...sheets])
  expect(['secret', 'Somebody'].filter((text) => all.includes(text))).toEqual([])
})

test('the same warehouse gives the same bytes, in any time zone; one report made anew leaves it as it is', async () => {
  const first = await readFile(file())
  const zone = process.env.TZ
  try {
    process.env.TZ = 'America/St_Johns'
    await report(house.ctx, house.warehouse, { formats: [...formats] })
  } finally {
    if (zone === undefined) delete process.env.TZ
    else process.env.TZ = zone
  }
  expect((await readFile(file())).equals(first)).toBe(true)
  await report(house.ctx, house.warehouse, { formats: [...formats], names: ['sales'] })
  expect((await readFile(file())).equals(first)).toBe(true)
  const latest = join(house.project.paths.published, 'latest')
  expect(await readdir(latest)).toContain('workbook.xlsx')
  expect(await readFile(join(latest, 'index.zh-CN.html'), 'utf8')).toContain('href="workbook.xlsx"')
})

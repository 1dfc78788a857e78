import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../pipelines/duckdb.ts'
import { sheetRows } from '../../pipelines/extract/files/xlsx/rows.ts'
import { openWorkbook } from '../../pipelines/extract/files/xlsx/workbook.ts'
import { report } from '../../pipelines/report/report.ts'
import { type House, openHouse, writeSalesReport } from './fixture.ts'

let house: House
const read = (folder: string, file: string) => readFile(join(house.project.paths.published, folder, file))

/** Against the reporting currency before its inverse, the last day before the as-of day, never a later one. */
const rates = `create schema staging;
  create table staging.fx_rates as select * from (values
    (date '2025-12-29', 'EUR', 'CNY', 8.0), (date '2025-12-29', 'CNY', 'EUR', 0.9),
    (date '2025-12-01', 'EUR', 'CNY', 5.0), (date '2026-01-01', 'EUR', 'CNY', 4.0),
    (date '2025-12-31', 'CNY', 'JPY', 20.0), (date '2025-12-31', 'EUR', 'USD', 1.1))
    as t(rate_date, from_currency, to_currency, rate)`

const extra = `
-- name: tiles
select 1 as position, 'sales' as code, 'money' as unit, 359500.5 as value, 300000 as prior, 'up' as good
union all select 2, 'buyers', 'count', 4000, 2000, 'up' order by position

-- name: foreign_bill
select 1600 as billed, 'USD' as currency, 0.25 as share`
const page = `
{{kpis tiles}}
{{#table foreign_bill title='Bill'}}
{{column 'billed' 'Billed' as='amount'}}
{{column 'currency' ''}}
{{column 'share' 'Share' as='percent'}}
{{/table}}
`

beforeAll(async () => {
  house = await openHouse()
  const db = await openDatabase(house.warehouse)
  await db.run(rates)
  db.close()
  writeSalesReport(house, { sql: extra, en: page, zh: page })
  for (const locale of ['en', 'zh-CN']) {
    const path = join(house.project.dir, `reports/sales/${locale}.md`)
    const names = '\nkpis: { sales: { label: Sales }, buyers: { label: Buyers } }\nfindings:'
    house.write(
      `reports/sales/${locale}.md`,
      (await readFile(path, 'utf8')).replace('\nfindings:', () => names),
    )
  }
  await report(house.ctx, house.warehouse, { formats: ['html'] })
})

const values = (html: string): number[] =>
  [...html.matchAll(/<data value="(-?[\d.]+)"/g)].map(([, value]) => Number(value))

test('money is shown in another currency at the last rate by the as-of day; counts, shares and other money stay', async () => {
  await report(house.ctx, house.warehouse, { formats: ['html', 'xlsx'], currency: 'EUR' })
  const own = String(await read('latest', 'sales.en.html'))
  const html = String(await read('2025-12-31.currency-EUR', 'sales.en.html'))
  expect(html).toContain('EUR; 1 CNY &#x3D; 0.125 EUR on 29 December 2025')
  expect(own).toContain('<dd>CNY</dd>')
  // 360,499.5 and 360,000 yuan at 0.125.
  expect(own).toContain('Total <em>net</em>: ¥360k.')
  expect(/Total <em>net<\/em>: [^<]*/.exec(html)?.[0]).toBe('Total <em>net</em>: €45.1k.')
  expect(html).toContain('Oolong sold best: €45k.')
  const [before, after] = [values(own), values(html)]
  expect(before).toHaveLength(10)
  const untouched = new Set([4000, 1600, 0.25])
  expect(after).toEqual(before.map((value) => (untouched.has(value) ? value : value * 0.125)))
  // What a chart tells of itself.
  const told = (page: string) => /<desc[^>]*>([^<]*)/.exec(page)?.[1]
  expect(told(own)).toMatch(/^¥ thousand .*October 2025: 121;/)
  expect(told(html)).toMatch(/^€ .*October 2025: 15,125;/)
})

test('the workbook holds the same money, and says at which rate', async () => {
  const path = join(house.project.paths.published, '2025-12-31.currency-EUR/workbook.xlsx')
  const book = await openWorkbook(path, await mkdtemp(join(tmpdir(), 'clientele-currency-')))
  const rowsOf = async (sheet: string) => {
    const { member } = book.sheets.find(({ name }) => name === sheet) as { member: string }
    const rows: (string | null)[][] = []
    for await (const { cells } of sheetRows(await book.read(member), book)) rows.push(cells)
    return rows
  }
  const amounts = (await rowsOf('Index')).find(([first]) => first?.startsWith('Amounts'))
  expect(amounts?.[1]).toBe(
    'EUR; 1 CNY = 0.125 EUR on 29 December 2025 / EUR（2025年12月29日：1 CNY = 0.125 EUR）',
  )
  expect((await rowsOf('sales.products'))[1]).toEqual(['Oolong', '乌龙茶', '45000'])
  expect((await rowsOf('sales.foreign_bill'))[1]).toEqual(['1600', 'USD', '0.25'])
  book.close()
})

test('a currency without a rate is refused, and those with one are named', async () => {
  await expect(
    report(house.ctx, house.warehouse, { formats: ['html'], currency: 'USD' }),
  ).rejects.toMatchObject({
    exitCode: 2,
    faults: [
      {
        what: '--currency USD: no rate against CNY on or before 2025-12-31',
        how: 'Currencies: CNY, EUR, JPY.',
      },
    ],
  })
})

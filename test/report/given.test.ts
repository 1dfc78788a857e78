import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { report } from '../../pipelines/report/report.ts'
import { watchReports } from '../../pipelines/report/watch.ts'
import { openHouse } from './fixture.ts'

const htmlOnly = { formats: ['html' as const], locales: ['en' as const] }

const queries = `-- name: chosen :kept
select product, sum(amount) as total from core.sales
where given('customer') is null or product = given('customer')
group by product order by total desc limit 1

-- name: months
select s.product, s.month, s.amount from core.sales as s join chosen as c on c.product = s.product order by s.month
`
const page = `---
title: Cards
order: 1
---
{{#each chosen}}
{{#leaf}}
## {{product}}

{{#table (of @root.months 'product' product) title='Months' needs='sales'}}
{{column 'month' 'Month' as='month'}}
{{column 'amount' 'Sales' as='money_exact'}}
{{/table}}
{{/leaf}}
{{/each}}
`

async function openCards() {
  const house = await openHouse()
  for (const locale of ['en', 'zh-CN']) house.write(`reports/cards/${locale}.md`, page)
  house.write('reports/cards/queries.sql', queries)
  house.write('reports/plain/queries.sql', '-- name: rows\nselect 1 as a\n')
  for (const locale of ['en', 'zh-CN'])
    house.write(`reports/plain/${locale}.md`, '---\ntitle: Plain\norder: 2\n---\n')
  return { ...house, published: house.project.paths.published }
}

test('what is asked for stands beside the pack, of the reports that can tell it, and leaves the pack as it is', async () => {
  const { ctx, warehouse, published } = await openCards()
  await report(ctx, warehouse, htmlOnly)
  const night = await readFile(join(published, 'latest/cards.en.html'), 'utf8')
  expect(night).toContain('<h2>Oolong</h2>')
  const asked = { ...htmlOnly, given: { customer: '<script>alert(1)</script> & *bold* [x](javascript:1)' } }
  const { files } = await report(ctx, warehouse, asked)
  expect(files.map(({ name }) => name)).toEqual(['cards'])
  const path = files[0]?.path as string
  expect(path.startsWith(join(published, '2025-12-31.customer-'))).toBe(true)
  expect(path).not.toContain('<')
  const html = await readFile(path, 'utf8')
  expect(html).toContain('<h2>&lt;script&gt;')
  expect(html).not.toContain('Oolong')
  expect(await readFile(join(published, 'latest/cards.en.html'), 'utf8')).toBe(night)
})

test('a report that would pass over what is given is not made', async () => {
  const { ctx, warehouse } = await openCards()
  const one = { ...htmlOnly, names: ['plain'], given: { customer: 'x' } }
  await expect(report(ctx, warehouse, one)).rejects.toMatchObject({
    faults: [{ what: '--customer is not for plain', how: 'Reports that take it: cards.' }],
  })
})

test('pages are made anew after a save; what is wrong with one is told and the others stand', async () => {
  const { ctx, warehouse, project, write, published } = await openCards()
  const ending = new AbortController()
  const told: string[] = []
  let made = 0
  const make = async () => {
    await report(ctx, warehouse, htmlOnly)
    made++
  }
  await mkdir(join(project.dir, 'templates'), { recursive: true })
  const watching = watchReports(project, make, { signal: ending.signal, tell: (text) => told.push(text) })
  const until = async (holds: () => boolean) => {
    while (!holds()) await wait(20)
  }
  await until(() => made === 1)
  write('reports/cards/en.md', page.replace("column 'amount'", "column 'amuont'"))
  await until(() => told.some((text) => text.includes('the query has no column amuont')))
  expect(existsSync(join(published, 'latest/cards.en.html'))).toBe(true)
  write('reports/cards/en.md', page.replace('title: Cards', 'title: Cards again'))
  await until(() => made === 2)
  expect(await readFile(join(published, 'latest/cards.en.html'), 'utf8')).toContain('Cards again')
  ending.abort()
  await watching
})

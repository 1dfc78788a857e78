import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { graph } from '../../pipelines/catalog/graph.ts'
import { lineage } from '../../pipelines/catalog/lineage.ts'
import { printGraph } from '../../pipelines/catalog/print-graph.ts'
import { printLineage } from '../../pipelines/catalog/print-lineage.ts'
import { baseDir, openProject, type Project } from '../../pipelines/project.ts'

/** The Online Retail project with models of its own: every way can be followed by hand. */
const models = {
  'sql/tea/cups.sql': `/*
description: Cups sold
columns:
  invoice_no: {type: VARCHAR}
  day: {type: DATE, description: Day of the invoice}
  cups: {type: BIGINT}
  price: {type: 'DECIMAL(18,4)'}
  source: {type: VARCHAR}
*/
select invoice_no, cast(invoiced_at as date) as day, count(*) as cups, max(unit_price) as price, 'shop' as source
from raw.invoice_lines
where description like '%CUP%' and invoiced_at <= as_of()
group by all
`,
  'sql/tea/days.sql': 'select day, sum(cups) as cups, max(price) as dearest from tea.cups group by day\n',
  'sql/tea/share.ts': `import { defineModel } from ${JSON.stringify(join(baseDir, 'pipelines/build/model.ts'))}
export default defineModel({
  description: 'A thin step',
  columns: { share: { type: 'DOUBLE' } },
  inputs: { days: 'select cups, dearest from tea.days order by day' },
  run: ({ params }) => ({ share: [params.holdout_days ?? 0] }),
})
`,
  'reports/tea/queries.sql':
    '-- name: best :one\nselect max(cups) as most, max(share) as share from tea.days, tea.share\n',
  'reports/tea/en.md': '---\ntitle: "Tea"\norder: 9\n---\n',
}

let project: Project

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-lineage-'))
  for (const part of ['sources', 'sql'])
    await cp(join(baseDir, 'data/online-retail', part), join(dir, part), { recursive: true })
  const config = JSON.stringify(join(baseDir, 'data/online-retail/clientele.config.ts'))
  await writeFile(join(dir, 'clientele.config.ts'), `export { default } from ${config}\n`)
  for (const [path, text] of Object.entries(models)) {
    await mkdir(join(dir, path, '..'), { recursive: true })
    await writeFile(join(dir, path), text)
  }
  project = await openProject(dir)
})
afterAll(() => rm(project.dir, { recursive: true, force: true }))

const printed = async (target: string, options = {}) => printLineage(await lineage(project, target, options))

test('a column, back to what is delivered and on to the reports', async () => {
  expect(await printed('tea.days.dearest')).toBe(`tea.days.dearest

made of
└─ ~ tea.cups.price
   └─ ~ raw.invoice_lines.unit_price

which rows there are is decided by
  rows of tea.cups, tea.cups.day

goes into
└─ ~ tea.share.share
   └─ ~ report.tea.best.share

decides which rows are in
  tea.share

= copied   ~ worked out of it   … its branches are shown elsewhere`)
})

test('one direction, as many steps as are asked for', async () => {
  expect(await lineage(project, 'tea.days.cups', { up: true, depth: 1 })).toEqual({
    column: 'tea.days.cups',
    type: null,
    description: null,
    delivered: null,
    literal: false,
    up: [{ column: 'tea.cups.cups', via: 'derived', branches: [], cut: 'deeper' }],
    rows: ['tea.cups.*', 'tea.cups.day'],
  })
})

test('a count is made of rows, a literal of nothing', async () => {
  expect(await printed('tea.cups.cups', { up: true })).toContain('└─ ~ rows of raw.invoice_lines')
  expect(await printed('tea.cups.source', { up: true })).toContain(
    'its values are written in the query: no column flows into it',
  )
})

test('a column that is copied is told from one that is worked on; a delivered one by its name at the source', async () => {
  expect(await printed('tea.cups.invoice_no', { up: true })).toContain('└─ = raw.invoice_lines.invoice_no')
  expect(await printed('raw.invoice_lines.invoice_no', { up: true })).toContain('delivered as InvoiceNo')
})

test('a parameter, and a program that reads one', async () => {
  const { down } = (await lineage(project, 'param.holdout_days', { down: true, depth: 1 })) as {
    down: { column: string }[]
  }
  expect(down.map(({ column }) => column)).toContain('tea.share.share')
  const asOf = (await lineage(project, 'param.as_of', { down: true })) as { chooses: string[] }
  expect(asOf.chooses).toContain('tea.cups')
})

test('a table: all its columns, one step back', async () => {
  expect(await printed('tea.cups')).toBe(`tea.cups  Cups sold

  invoice_no  = raw.invoice_lines.invoice_no
  day         ~ raw.invoice_lines.invoiced_at
  cups        ~ rows of raw.invoice_lines
  price       ~ raw.invoice_lines.unit_price
  source      literal

which rows there are is decided by
  rows of raw.invoice_lines, raw.invoice_lines.description, raw.invoice_lines.invoiced_at
  parameter as_of, raw.invoice_lines.invoice_no

= copied   ~ worked out of it   … its branches are shown elsewhere`)
})

test.for([
  ['tea.cups.prise', 'tea.cups has no column prise', 'Did you mean price?'],
  ['tea.cupps.price', 'no table or column is called tea.cupps.price', 'Did you mean tea.cups?'],
  ['tea.cupps', 'no table or column is called tea.cupps', 'Did you mean tea.cups?'],
  ['dearest', 'dearest is a column of one table', 'Name one: tea.days.dearest.'],
  ['zzz', 'no table or column is called zzz', 'Write schema.table.column'],
])('%s is refused with a hint', async ([target, what, how]) => {
  const refused = lineage(project, target as string).catch((error) => error)
  expect(await refused).toMatchObject({
    exitCode: 2,
    faults: [{ what, how: expect.stringContaining(how as string) }],
  })
})

test('is kept by content: asked again it is only read, and a change is seen', async () => {
  const kept = join(project.paths.var, 'cache/outline.json')
  await lineage(project, 'tea.days.cups')
  const before = (await stat(kept)).mtimeMs
  expect((await stat(kept)).mode & 0o077).toBe(0)
  await lineage(project, 'tea.days.cups')
  expect((await stat(kept)).mtimeMs).toBe(before)
  const path = join(project.dir, 'sql/tea/days.sql')
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace('sum(cups)', 'max(price)'))
  expect(await printed('tea.days.cups', { up: true })).toContain('└─ ~ tea.cups.price')
  await writeFile(path, text)
})

test('the graph around a table, as a tree, for Mermaid and for Graphviz', async () => {
  const around = await graph(project, { around: 'tea.days' })
  expect(printGraph(around)).toBe(`tea.days

reads
└─ tea.cups
   └─ raw.invoice_lines

is read by
├─ tea.share
│  └─ report.tea
└─ report.tea`)
  expect(printGraph(around, 'mermaid')).toBe(`flowchart LR
  t0[("raw.invoice_lines")]
  t1["tea.cups"]
  t2["tea.days"]
  t3[["tea.share"]]
  t4(["report.tea"])
  t0 --> t1
  t1 --> t2
  t2 --> t3
  t2 --> t4
  t3 --> t4`)
  expect(printGraph(around, 'dot')).toContain('  "tea.days" -> "tea.share"')
})

test('the whole graph holds every table once at least, and refuses a table that is not there', async () => {
  const whole = await graph(project)
  const lines = printGraph(whole).split('\n')
  for (const { name } of whole.nodes)
    expect(lines.some((line) => line.endsWith(name) || line.endsWith(`${name} …`))).toBe(true)
  await expect(graph(project, { around: 'tea.dayz' })).rejects.toThrow('Did you mean tea.days?')
})

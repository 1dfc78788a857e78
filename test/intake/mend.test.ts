import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { csvLine, csvRecords, unguarded } from '../../pipelines/csv.ts'
import { initProject } from '../../pipelines/draft/init.ts'
import { landingSizes } from '../../pipelines/intake/landing.ts'
import { countQuarantine, listQuarantine } from '../../pipelines/intake/quarantine.ts'
import { sourceTables } from '../../pipelines/intake/sources.ts'
import { openProject } from '../../pipelines/project.ts'
import { openIntake } from '../intake.ts'
import { runCommand } from '../shop.ts'

const contract = `
kind: files
format: {type: csv}
tables:
  orders:
    path: input/orders.csv
    key: [order_id]
    columns:
      order_id: INTEGER
      ordered_on: {type: DATE, not_null: true}
      customer: {type: VARCHAR, pii: direct}
      amount: DECIMAL(18,2)
`
const orders = `order_id,ordered_on,customer,amount
1001,2024-03-01,Ann Lee,12.50
1002,2024-02-30,=HYPERLINK(1),-8.00
1003,2024-03-01,"Di Wu",7,50
`

test('a stopped night: its bad rows are listed, written out, mended, taken in, and the trail says so', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-mend-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCommand([
      ...args,
      '--project',
      dir,
      '--as-of',
      '2024-03-01',
      '--json',
    ])
    return { code, stderr, said: JSON.parse(stdout || 'null') }
  }
  await initProject(dir)
  await writeFile(join(dir, 'sources/shop.yaml'), contract)
  await writeFile(join(dir, 'input/orders.csv'), orders)
  const project = await openProject(dir)
  expect((await run('extract')).code).toBe(0)
  expect(await run('load')).toMatchObject({ code: 1, stderr: expect.stringMatching(/2 of 3 rows of load/) })
  expect(await countQuarantine(project)).toMatchObject([
    { source: 'shop', table: 'orders', reason: 'cast:ordered_on', rows: 1, stopped: true },
    { reason: 'ragged', rows: 1, stopped: true },
  ])
  const file = join(dir, 'mend.csv')
  expect((await run('quarantine', 'orders', '--csv', file)).said).toEqual({ file, rows: 2 })
  expect((await stat(file)).mode & 0o077).toBe(0)
  const [head = [], ...bad] = csvRecords(await readFile(file, 'utf8')).map(({ fields }) => fields)
  expect(head).toEqual([
    '_load_id',
    '_row',
    '_reason',
    'order_id',
    'ordered_on',
    'customer',
    'amount',
    '_text',
  ])
  expect(bad.map(([, ...fields]) => fields)).toEqual([
    ['2', 'cast:ordered_on', '1002', '2024-02-30', "'=HYPERLINK(1)", '-8.00', ''],
    ['3', 'ragged', '', '', '', '', '1003,2024-03-01,"Di Wu",7,50'],
  ])
  // As a spreadsheet saves it: cells as they are shown.
  const [first = [], second = []] = bad
  const mended = [
    head,
    first.with(4, '2024-02-29'),
    [...second.slice(0, 3), '1003', '2024-03-01', 'Di Wu', '7.50', ''],
  ]
  await mkdir(join(dir, 'corrections'))
  await writeFile(
    join(dir, 'corrections/shop.orders.csv'),
    mended.map((line) => `${line.join(',')}\n`).join(''),
  )
  expect(await run('load')).toMatchObject({
    code: 0,
    said: { tables: [{ read: 3, loaded: 3, quarantined: 0 }] },
  })
  expect(await countQuarantine(project)).toEqual([])
  expect((await run('quarantine', '--trail')).said.corrections).toMatchObject([
    { row: 2, reason: 'cast:ordered_on', fields: ['ordered_on'], outcome: 'taken in', line: 2 },
    { row: 3, reason: 'ragged', outcome: 'taken in', line: 3 },
  ])
  expect(await landingSizes(project)).toMatchObject([{ table: 'orders', loads: 1, loose: 1, rows: 3 }])
  expect(await sourceTables(project)).toMatchObject([
    { table: 'orders', last_new: '2024-03-01', age_days: 0 },
  ])
  await expect(listQuarantine(project, 'oders', {})).rejects.toThrow(/Did you mean orders\?/)
})

test('rows are listed with their file and position; personal values are masked', async () => {
  const intake = await openIntake({ shop: contract })
  await intake.write('input/orders.csv', orders)
  await intake.extract()
  await expect(intake.load()).rejects.toThrow(/2 of 3 rows/)
  const rows = await listQuarantine(await openProject(intake.dir), 'shop.orders', {
    reason: 'cast:ordered_on',
  })
  expect(rows).toMatchObject([{ row: 2, file: 'orders.csv', column: 'ordered_on', value: '2024-02-30' }])
  expect(rows[0]?.record).not.toMatch(/LINK/)
})

test('no cell is a formula to a spreadsheet, and every cell comes back as it was', () => {
  for (const cell of [
    '=1+1',
    '+cmd|x',
    '-2+3',
    '@SUM(A1)',
    "'quoted",
    "'=x",
    '\tx',
    '\r=x',
    '-5',
    '+4.20',
    '',
    'a,"b"\nc',
  ]) {
    const [record] = csvRecords(csvLine([cell, 'end']))
    const [shown = ''] = record?.fields ?? []
    expect(shown === '' || /^[^=+@\t\r-]|^[+-]\d+(\.\d+)?$/.test(shown)).toBe(true)
    expect(unguarded(shown)).toBe(cell)
  }
})

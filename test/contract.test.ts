import { expect, test } from 'vitest'
import { readSource } from '../pipelines/contract.ts'
import { type Fault, formatFault } from '../pipelines/error.ts'
import { openIntake } from './intake.ts'

function faultsOf(text: string): string[] {
  const faults: Fault[] = []
  readSource('sources/shop.yaml', text, faults)
  return faults.map(formatFault)
}

test('a contract says what it must and the rest has defaults', () => {
  const faults: Fault[] = []
  const source = readSource(
    'sources/online-shop.yaml',
    `
kind: files
tables:
  orders:
    path: input/orders.csv
    format: {type: csv}
    key: [order_id]
    columns:
      order_id: VARCHAR
      amount: {type: 'decimal(18, 2)', from: 金额}
`,
    faults,
  )
  expect(faults).toEqual([])
  expect(source).toMatchObject({
    name: 'online_shop',
    kind: 'files',
    tables: [
      {
        source: 'online_shop',
        table: 'orders',
        delivery: 'snapshot',
        key: ['order_id'],
        rejectLimit: { count: undefined, share: 0.01 },
        unknownColumns: 'ignore',
        columns: [
          // A key column is not null by itself.
          { name: 'order_id', from: 'order_id', type: 'VARCHAR', notNull: true },
          { name: 'amount', from: '金额', type: 'DECIMAL(18, 2)', notNull: false },
        ],
        origin: {
          format: { delimiter: ',', quote: '"', encoding: 'utf-8', header: true, skip: 0, nulls: [] },
        },
      },
    ],
  })
})

test('every fault of a file is told at once, with its place and what was likely meant', () => {
  const faults = faultsOf(`
kind: sqlite
path: input/shop.sqlite
tables:
  orders:
    key: [order_nr]
    colums: {}
    columns:
      order_no: {type: VARCHR}
      paid: {type: BOOLEAN, not_nul: true}
`)
  expect(faults).toHaveLength(3)
  expect(faults.join('\n')).toContain('sources/shop.yaml:9:24')
  expect(faults.join('\n')).toContain('not a type known here')
  expect(faults.join('\n')).toContain('Did you mean columns?')
  expect(faults.join('\n')).toContain('Did you mean not_null?')
  // The caret stands under the unknown key.
  const unknown = faults.find((fault) => fault.includes('not_nul:')) as string
  const [line, caret] = unknown.split('\n').slice(2, 4) as [string, string]
  expect(line.slice(caret.indexOf('^'))).toMatch(/^not_nul:/)
})

test.each([
  ['key: [order_nr]', /the key names no column: 'order_nr'[\s\S]*Did you mean order_no\?/],
  ['delivery: append', /delivered by append and names no cursor/],
  ['cursor: order_no', /has a cursor but is delivered whole/],
  ['{delivery: append, cursor: odrer_no}', /the cursor names no column: 'odrer_no'/],
])('a table that contradicts itself is refused: %s', (line, told) => {
  const more = line.startsWith('{') ? line.slice(1, -1).split(', ').join('\n    ') : line
  const text = `
kind: sqlite
path: input/shop.sqlite
tables:
  orders:
    ${more}
    columns: {order_no: VARCHAR}
`
  expect(faultsOf(text).join('\n')).toMatch(told)
})

test('keys that a format does not have are refused', () => {
  const told = faultsOf(`
kind: files
tables:
  names:
    path: input/names.xlsx
    format: {type: xlsx, delimiter: ';'}
    columns: {name: VARCHAR}
`)
  expect(told.join('\n')).toContain('a xlsx file has none')
})

test('a table belongs to one source', async () => {
  const table = 'kind: sqlite\npath: input/a.sqlite\ntables:\n  orders: {columns: {order_no: VARCHAR}}\n'
  const intake = await openIntake({ desk: table, shop: table })
  await expect(intake.extract()).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/table 'orders' also belongs to source 'desk'[\s\S]*shop\.yaml:4:3/),
  })
})

test('a check the engine does not understand is shown in the contract before anything is loaded', async () => {
  const intake = await openIntake({
    shop: `
kind: sqlite
path: input/shop.sqlite
tables:
  orders:
    columns: {order_no: VARCHAR, amount: INTEGER}
    checks:
      positive: amout > 0
`,
  })
  intake.sqlite(
    'input/shop.sqlite',
    "create table orders (order_no text, amount int); insert into orders values ('a', 1)",
  )
  const refused = intake.night()
  await expect(refused).rejects.toMatchObject({ exitCode: 2 })
  await expect(refused).rejects.toThrow(/check 'positive' is not understood[\s\S]*shop\.yaml:8:17/)
})

test('a password in a contract is refused unless it is insisted on, and never shown', () => {
  const written = (connection: string) =>
    faultsOf(`kind: postgres\nconnection: ${connection}\ntables: {t: {columns: {a: VARCHAR}}}\n`).join('\n')
  for (const connection of [
    '{host: db, password: sesame}',
    'postgres://reader:sesame@db/shop',
    '{host: db, pasword: sesame}',
    '{host: db, password: [sesame]}',
  ]) {
    expect(written(connection)).toMatch(/sources\/shop\.yaml:2:/)
    expect(written(connection)).not.toContain('sesame')
  }
  expect(written('{host: db, password: sesame}')).toContain('a password stands in the contract')
  expect(written('{host: db, password: {plain: sesame}}')).toBe('')
  expect(written('{host: db, password: env:SHOP_PASSWORD}')).toBe('')
  expect(written('env:SHOP_URL')).toBe('')
})

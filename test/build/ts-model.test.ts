import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { build } from '../../pipelines/build/build.ts'
import { worthAThread } from '../../pipelines/build/calculator.ts'
import type { Db, Row } from '../../pipelines/duckdb.ts'
import { baseDir } from '../../pipelines/project.ts'
import { alone, context, scratch, warehouse } from './alone.ts'

const config = join(baseDir, 'test', 'projects', 'shop')

/** Builds one model of the given definition and returns the warehouse. */
async function made(definition: string, beside: Record<string, string> = {}): Promise<Db> {
  const dir = await scratch()
  const folder = join(dir, 'sql', 'core')
  await mkdir(folder, { recursive: true })
  const imports = `import * as arrow from ${JSON.stringify(import.meta.resolve('apache-arrow'))}
import { isMainThread } from 'node:worker_threads'
import { defineModel } from ${JSON.stringify(join(baseDir, 'pipelines', 'build', 'model.ts'))}
`
  await writeFile(
    join(folder, 'model.ts'),
    `${imports}void [arrow, isMainThread]\nexport default defineModel(${definition})`,
  )
  for (const [name, text] of Object.entries(beside)) await writeFile(join(dir, name), text)
  const db = await warehouse()
  await build(context(await alone(config, dir)), db, { full: false, runId: 'x' })
  return db
}

const rows = async (definition: string): Promise<Row[]> =>
  (await made(definition)).rows('select * from core.model')

test('takes arrays, typed arrays, vectors and dates, and casts them to the declared types', async () => {
  const definition = `{
    columns: {
      a: { type: 'INTEGER' }, b: { type: 'DECIMAL(9,2)' }, c: { type: 'DATE' }, d: { type: 'TIMESTAMP' },
      e: { type: 'BOOLEAN' }, f: { type: 'BIGINT' }, g: { type: 'VARCHAR' }, h: { type: 'DOUBLE' },
    },
    inputs: {},
    run: () => ({
      g: ['x', null], a: Int32Array.of(1, 2), b: [1.006, null], c: ['2024-01-31', '2024-02-29'],
      d: [new Date('2024-01-31T10:00:00Z'), null], e: [true, false], f: [9007199254740991n, -1n],
      h: arrow.vectorFromArray([0.5, null], new arrow.Float64()),
    }),
  }`
  expect(await rows(definition)).toEqual([
    {
      a: 1,
      b: 1.01,
      c: '2024-01-31',
      d: '2024-01-31 10:00:00',
      e: true,
      f: 9007199254740991,
      g: 'x',
      h: 0.5,
    },
    { a: 2, b: null, c: '2024-02-29', d: null, e: false, f: -1, g: null, h: null },
  ])
})

test('takes an Arrow table whose columns stand in another order, and one without rows', async () => {
  const table = (values: string) => `{
    columns: { a: { type: 'VARCHAR' }, b: { type: 'DOUBLE' } }, inputs: {},
    run: () => new arrow.Table({
      b: arrow.vectorFromArray(${values}, new arrow.Float64()),
      a: arrow.vectorFromArray(${values}.map(String), new arrow.Utf8()),
    }),
  }`
  expect(await rows(table('[1, 2]'))).toEqual([
    { a: '1', b: 1 },
    { a: '2', b: 2 },
  ])
  expect(await rows(table('[]'))).toEqual([])
})

test('more rows than one chunk keep their order', async () => {
  const definition = `{
    columns: { n: { type: 'BIGINT' } }, inputs: {},
    run: () => ({ n: Float64Array.from({ length: 5000 }, (_, i) => i) }),
  }`
  const db = await made(definition)
  expect(
    await db.rows('select count(*) as n, sum(n) as s, bool_and(n = rowid) as ordered from core.model'),
  ).toEqual([{ n: 5000, s: 12_497_500, ordered: true }])
})

test('columns of different length are a fault', async () => {
  const definition = `{ columns: { a: { type: 'DOUBLE' }, b: { type: 'DOUBLE' } }, inputs: {}, run: () => ({ a: [1], b: [1, 2] }) }`
  await expect(made(definition)).rejects.toThrow('core.model: columns of different length: a 1, b 2')
})

test('what the file does not name it is not handed: reuse would not know of it', async () => {
  const definition = `{ columns: { a: { type: 'DATE' } }, inputs: {}, run: (given) => ({ a: [Object.values(given).at(-1)] }) }`
  await expect(made(definition)).rejects.toThrow('params is read outside the model')
})

test('an input reads numbers, texts and dates as the database reads them', async () => {
  const definition = `{
    columns: { a: { type: 'VARCHAR' } },
    inputs: { orders: "select amount, ordered_on, order_id = 'o1' as first, 7::bigint as n from raw.orders order by order_id limit 1" },
    run: ({ inputs }) => ({ a: [JSON.stringify(inputs.orders.get(0))] }),
  }`
  expect(await rows(definition)).toEqual([
    { a: '{"amount":10,"ordered_on":"2024-01-05","first":true,"n":7}' },
  ])
})

/** Enough for a thread of its own. */
const many = `{ numbers: 'select n::double as n from (select unnest(generate_series(1, ${worthAThread})) as n)' }`

test('a model with much to calculate runs on another thread', async () => {
  const definition = `{
    columns: { thread: { type: 'BOOLEAN' }, total: { type: 'DOUBLE' }, day: { type: 'DATE' } },
    inputs: ${many},
    run: ({ inputs, asOf }) => ({
      thread: [!isMainThread],
      total: [inputs.numbers.getChild('n').toArray().reduce((sum, n) => sum + n, 0)],
      day: [asOf],
    }),
  }`
  const db = await made(definition)
  expect(await db.rows('select * from core.model')).toEqual([
    { thread: true, total: (worthAThread * (worthAThread + 1)) / 2, day: '2024-03-31' },
  ])
})

test('what a model throws on the other thread is told at its line', async () => {
  const definition = `{ columns: { a: { type: 'DOUBLE' } }, inputs: ${many},
    run() {
      throw new Error('the numbers do not converge')
    } }`
  await expect(made(definition)).rejects.toMatchObject({
    faults: [{ what: 'core.model: the numbers do not converge', where: { line: 7 } }],
  })
  const ends = `{ columns: { a: { type: 'DOUBLE' } }, inputs: ${many}, run: () => process.exit(3) }`
  await expect(made(ends)).rejects.toThrow('core.model: its thread ended with code 3')
  const reads = `{ columns: { a: { type: 'DATE' } }, inputs: ${many}, run: (given) => ({ a: [Object.values(given).at(-1)] }) }`
  await expect(made(reads)).rejects.toThrow('params is read outside the model')
})

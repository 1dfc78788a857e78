import * as arrow from 'apache-arrow'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { composer, type Db, openDatabase } from '../pipelines/duckdb.ts'
import { realVector, textVector } from '../pipelines/vectors.ts'

let db: Db
beforeEach(async () => {
  db = await openDatabase(':memory:')
})
afterEach(() => db.close())

test('values come back as people know them', async () => {
  const [row] = await db.rows(
    `select 7::bigint as big, 12.50::decimal(18, 4) as money, date '2024-02-29' as day,
            timestamp '2024-02-29 23:59:59' as moment, [1, null] as list, {'a': 'x'} as struct, null as nothing`,
  )
  expect(row).toEqual({
    big: 7,
    money: 12.5,
    day: '2024-02-29',
    moment: '2024-02-29 23:59:59',
    list: [1, null],
    struct: { a: 'x' },
    nothing: null,
  })
})

test('a whole number that JavaScript cannot hold is refused, not rounded', async () => {
  await expect(db.rows('select 9007199254740993::bigint as n')).rejects.toThrow(RangeError)
})

test('values are bound and names are quoted', async () => {
  await db.run('create schema odd')
  const name = `o'; drop schema odd; --`
  await db.run(sql`create table ${sql.table('odd.t"x')} as select ${name}::varchar as name`)
  expect(await db.rows(composer.selectFrom('odd.t"x').selectAll().where('name', '=', name))).toEqual([
    { name },
  ])
})

test('columns go through Arrow and back unchanged, over several chunks', async () => {
  const n = 5000
  await db.run('create schema s')
  await db.run('create table s.target (i integer, big bigint, x double, text varchar, flag boolean)')
  const table = await db.arrow(
    sql`select i::integer as i, i * 10 as big, i / 4 as x, case when i % 3 > 0 then 'é' || i end as text, i % 2 = 0 as flag
        from range(${n}::bigint) as r(i)`,
  )
  expect(table.numRows).toBe(n)
  expect(table.schema.fields[2]?.type).toBeInstanceOf(arrow.Float64)
  await db.append('s.target', table)
  expect(
    await db.rows(
      'select count(*) as n, sum(big) as big, sum(x) as x, count(text) as texts, count_if(flag) as even from s.target',
    ),
  ).toEqual([
    { n, big: (n * (n - 1) * 10) / 2, x: (n * (n - 1)) / 8, texts: n - Math.ceil(n / 3), even: n / 2 },
  ])
})

test('texts are put into Arrow one by one: none, empty, of other scripts, and halves of characters', () => {
  const texts = ['tea', null, '', '鱻 🍵', '\ud83c', '\udf75', null]
  const vector = textVector(arrow, texts)
  expect([...vector]).toEqual(['tea', null, '', '鱻 🍵', '\ufffd', '\ufffd', null])
  expect(textVector(arrow, []).length).toBe(0)
  expect([...realVector(arrow, [1.5, null, 0])]).toEqual([1.5, null, 0])
})

test('a transaction that fails leaves nothing behind', async () => {
  await db.run('create table t (i integer)')
  const work = db.transaction(async () => {
    await db.run('insert into t values (1)')
    throw new Error('stop')
  })
  await expect(work).rejects.toThrow('stop')
  expect(await db.rows('select count(*) as n from t')).toEqual([{ n: 0 }])
})

test('a stretch of a table is appended as that stretch', async () => {
  const whole = new arrow.Table({ n: arrow.makeVector(Int32Array.from({ length: 6000 }, (_, i) => i)) })
  await db.run('create table numbers (n integer)')
  await db.append('numbers', whole.slice(5000, 5003))
  expect(await db.rows('select n from numbers')).toEqual([{ n: 5000 }, { n: 5001 }, { n: 5002 }])
})

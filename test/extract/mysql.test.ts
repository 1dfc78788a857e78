import { afterAll, beforeAll, expect, test } from 'vitest'
import { openIntake } from '../intake.ts'
import { mysqlUrl, openMysqlDatabase, type TestDatabase } from './servers.ts'

/** Without a server (CLIENTELE_TEST_MYSQL, see .ci/servers) these tests skip. */
const skip = !mysqlUrl

const shop = (tables: string, more = '') => ({
  shop: `kind: mysql\nconnection: env:SHOP_URL\n${more}tables:\n${tables}`,
})
let database: TestDatabase
beforeAll(async () => {
  if (!skip) database = await openMysqlDatabase('clientele_extract')
})
afterAll(async () => {
  if (!skip) await database.close()
})
const openShop = async (tables: string, more = '') => {
  const intake = await openIntake(shop(tables, more))
  intake.env.SHOP_URL = database.url
  return intake
}

test.skipIf(skip)('every type arrives as it is, to the last digit and the last byte', async () => {
  await database.run(
    `create table things (id int, t1 tinyint(1), big bigint, vast bigint unsigned, u int unsigned, n decimal(38,10), huge decimal(60,2),
      f float, d double, flag bit(1), bits bit(10), day date, at datetime(6), stamp timestamp(3) null, span time, y year,
      c char(3), v varchar(50) character set latin1, raw varbinary(9), memo mediumtext, mood enum('calm','cross'), tags set('a','b'), j json)`,
    `insert into things values
      (1, 1, 9223372036854775807, 18446744073709551615, 4294967295, 1234567890123456789012345678.0123456789,
        1234567890123456789012345678901234567890.12, 0.1, 0.30000000000000004, b'1', b'1000000001', '2024-02-29',
        '2024-02-29 23:59:59.999999', '2024-07-01 10:00:00.500', '-838:59:59', 2024, 'ab', 'caf\u00e9', x'00ff', '\u8336\u58f6 \u{1f469}', 'calm', 'a,b', '{"a": 1}')`,
    'insert into things (id) values (2)',
  )
  const intake = await openShop(
    '  things: {columns: {id: INTEGER, stamp: TIMESTAMP, t1: BOOLEAN, flag: BOOLEAN, n: "DECIMAL(38,10)"}}\n',
  )
  const landed = await intake.extract()
  const id = landed[0]?.loadIds[0] as string
  const { columns, kind } = (await intake.manifest('shop', 'things', id)) as {
    kind: string
    columns: { name: string; type: string }[]
  }
  expect(kind).toBe('mysql')
  expect(Object.fromEntries(columns.map(({ name, type }) => [name, type]))).toMatchObject({
    id: 'INTEGER',
    t1: 'INTEGER',
    big: 'BIGINT',
    vast: 'UBIGINT',
    u: 'BIGINT',
    n: 'DECIMAL(38,10)',
    huge: 'VARCHAR',
    f: 'DOUBLE',
    d: 'DOUBLE',
    flag: 'UBIGINT',
    day: 'DATE',
    at: 'TIMESTAMP',
    stamp: 'TIMESTAMPTZ',
    span: 'VARCHAR',
    y: 'INTEGER',
    memo: 'VARCHAR',
  })
  await intake.db.run("set timezone = 'UTC'")
  const rows = await intake.rows(
    `select columns(*)::varchar from read_parquet('${intake.dir}/var/landing/shop/things/${id}/rows.parquet') order by id`,
  )
  expect(rows[0]).toEqual({
    id: '1',
    t1: '1',
    big: '9223372036854775807',
    vast: '18446744073709551615',
    u: '4294967295',
    n: '1234567890123456789012345678.0123456789',
    huge: '1234567890123456789012345678901234567890.12',
    f: '0.10000000149011612',
    d: '0.30000000000000004',
    flag: '1',
    bits: '513',
    day: '2024-02-29',
    at: '2024-02-29 23:59:59.999999',
    stamp: '2024-07-01 10:00:00.5+00',
    span: '-838:59:59',
    y: '2024',
    c: 'ab',
    v: 'café',
    raw: '00FF',
    memo: '茶壶 👩',
    mood: 'calm',
    tags: 'a,b',
    j: '{"a": 1}',
  })
  expect(Object.entries(rows[1] ?? {}).filter(([, value]) => value !== null)).toEqual([['id', '2']])
  await intake.load()
  expect(await intake.rows('select stamp, t1, flag from raw.things order by id')).toEqual([
    { stamp: '2024-07-01 11:00:00.5', t1: true, flag: true },
    { stamp: null, t1: null, flag: null },
  ])
})

test.skipIf(skip)(
  'texts arrive as they were: quotes, line ends, backslashes, NUL, what looks like null',
  async () => {
    const texts = [
      '',
      ' ',
      '"',
      '""',
      ',',
      'a\r\nb',
      '\r',
      '\n',
      '\\',
      '\\N',
      'NULL',
      '茶壶',
      '👩‍👩‍👧',
      "it's",
      'a\u0000b',
      't'.repeat(100_000),
    ]
    await database.run('create table texts (id int, note longtext)', 'create table single (note longtext)')
    const quoted = (text: string) => `convert(x'${Buffer.from(text).toString('hex')}' using utf8mb4)`
    for (const [i, text] of texts.entries())
      await database.run(
        `insert into texts values (${i}, ${quoted(text)})`,
        `insert into single values (${quoted(text)})`,
      )
    await database.run('insert into texts values (99, null)', 'insert into single values (null)')
    const intake = await openShop(
      '  texts: {columns: {id: INTEGER, note: VARCHAR}}\n  single: {columns: {note: VARCHAR}}\n',
    )
    await intake.night()
    const notes = async (table: string, order: string) =>
      (await intake.rows(`select note from raw.${table} order by ${order}`)).map(({ note }) => note)
    expect(await notes('texts', 'id')).toEqual([...texts, null])
    expect(await notes('single', '_row')).toEqual([...texts, null])
  },
)

test.skipIf(skip)('a zero date is nothing in raw and stays what it was in landing', async () => {
  await database.run(
    'create table olden (id int, day date, at datetime)',
    "set session sql_mode = ''",
    "insert into olden values (1, '2024-01-02', '2024-01-02 03:04:05'), (2, '0000-00-00', '0000-00-00 00:00:00'), (3, '2024-00-15', null)",
  )
  const intake = await openShop(
    '  olden: {reject_limit: {count: 1}, columns: {id: INTEGER, day: DATE, at: TIMESTAMP}}\n',
  )
  expect(await intake.night()).toMatchObject([{ loaded: 2, quarantined: 1 }])
  expect(intake.said.join('\n')).toContain(
    'shop.olden: a value fits no date or number of the engine; read again as text',
  )
  expect(intake.said.join('\n')).toContain(
    'shop.olden: 1 zero date in day, 1 in at: nothing in raw, kept in landing',
  )
  expect(await intake.rows('select id, day, "at" from raw.olden order by id')).toEqual([
    { id: 1, day: '2024-01-02', at: '2024-01-02 03:04:05' },
    { id: 2, day: null, at: null },
  ])
  expect(await intake.rows('select value from quarantine.olden')).toEqual([{ value: '2024-00-15' }])
})

test.skipIf(skip)('numbers and moments at the ends of their types arrive to the last digit', async () => {
  const decimals = ['0.0000', '0.0001', '-0.0001', '9999.9999', '12345678901.2345', '-12345678901234.5678']
  const days = [
    '1000-01-01',
    '1600-02-29',
    '1969-12-31',
    '1970-01-01',
    '2000-02-29',
    '2100-03-01',
    '9999-12-31',
  ]
  const times = ['00:00:00.000000', '23:59:59.999999', '12:34:56.000001', '00:00:01.500000']
  const doubles = [
    '0.1',
    '-1234.5678',
    '1e300',
    '-2.2250738585072014e-308',
    '123456789012345',
    '0.30000000000000004',
  ]
  const wholes = ['0', '-9223372036854775808', '999999999999999', '1000000000000000', '-1000000000000001']
  await database.run(
    'create table ends (id int, a decimal(18,4), b decimal(30,4), day date, at datetime(6), d double, n bigint)',
    ...days.map((day, i) => {
      const [a, time] = [decimals[i % decimals.length], times[i % times.length]]
      return `insert into ends values (${i}, ${a}, ${a}, '${day}', '${day} ${time}', ${doubles[i % doubles.length]}, ${wholes[i % wholes.length]})`
    }),
  )
  const intake = await openShop(
    '  ends: {columns: {id: INTEGER, a: "DECIMAL(18,4)", b: "DECIMAL(30,4)", day: DATE, at: TIMESTAMP, d: DOUBLE, n: BIGINT}}\n',
  )
  await intake.night()
  const rows = await intake.rows(`select a::varchar as a, b::varchar as b, day::varchar as day,
    strftime("at", '%Y-%m-%d %H:%M:%S.%f') as "at", d, n::varchar as n from raw.ends order by id`)
  expect(rows).toEqual(
    days.map((day, i) => ({
      a: decimals[i % decimals.length],
      b: decimals[i % decimals.length],
      day,
      at: `${day} ${times[i % times.length]}`,
      d: Number(doubles[i % doubles.length]),
      n: wholes[i % wholes.length],
    })),
  )
})

test.skipIf(skip)(
  'a type that changed under us stops the table, unless the contract wants it so',
  async () => {
    await database.run(
      'create table moved (id int primary key, amount int)',
      'insert into moved values (1, 2)',
    )
    const intake = await openShop('  moved: {key: [id], columns: {id: INTEGER, amount: INTEGER}}\n')
    await intake.night()
    await database.run('alter table moved modify amount varchar(9)')
    await expect(intake.extract()).rejects.toThrow(/column 'amount' was INTEGER and is now VARCHAR/)
    const mended = shop('  moved: {key: [id], columns: {id: INTEGER, amount: VARCHAR}}\n').shop
    await intake.write('sources/shop.yaml', mended)
    expect(await intake.night()).toMatchObject([{ loaded: 1 }])
  },
)

test.skipIf(skip)('keys and cursors: only what is new lands, and nothing twice', async () => {
  await database.run(
    'create table orders (id bigint primary key, status varchar(9))',
    "insert into orders values (9007199254740993, 'new'), (2, 'new'), (3, 'new')",
    'create table events (at datetime(6), what varchar(9))',
    "insert into events values ('2024-01-01 10:00', 'a'), ('2024-01-01 11:00:00.000001', 'b'), (null, 'late')",
    'create table ticks (no bigint, what varchar(9))',
    "insert into ticks values (9007199254740992, 'a'), (9007199254740993, 'b')",
  )
  const intake = await openShop(
    '  orders: {key: [id], columns: {id: BIGINT, status: VARCHAR}}\n' +
      '  events: {delivery: append, cursor: at, columns: {at: TIMESTAMP, what: VARCHAR}}\n' +
      '  ticks: {delivery: append, cursor: no, columns: {no: BIGINT, what: VARCHAR}}\n',
  )
  expect(await intake.extract()).toMatchObject([{ landed: 3 }, { landed: 3 }, { landed: 2 }])
  expect(await intake.extract()).toMatchObject([{ landed: 0 }, { landed: 0 }, { landed: 0 }])
  await database.run(
    "update orders set status = 'sent' where id > 3",
    'delete from orders where id = 2',
    "insert into events values ('2024-01-01 11:00:00.000001', 'c'), ('2024-01-01 12:00', 'd')",
    "insert into ticks values (9007199254740993, 'c'), (9007199254740992, 'out of reach')",
  )
  expect(await intake.extract()).toMatchObject([{ landed: 1, deleted: 1 }, { landed: 2 }, { landed: 1 }])
})

test.skipIf(skip)('a query of SQL or of Kysely stands in for a table', async () => {
  await database.run(
    'create table sales (city varchar(20), amount int)',
    `insert into sales values ('Leeds', 1), ('Leeds', 2), ('O''Hara \\\\ "x"', 5)`,
  )
  const intake = await openShop(
    '  totals: {query: "select city, sum(amount) as amount from sales group by city", columns: {city: VARCHAR, amount: INTEGER}}\n' +
      '  some: {query: sources/shop.some.ts, columns: {city: VARCHAR, amount: INTEGER}}\n',
  )
  await intake.write(
    'sources/shop.some.ts',
    `export default (db) => db.selectFrom('sales').select(['city', 'amount']).where('city', '=', 'O\\'Hara \\\\ "x"')\n`,
  )
  await intake.night()
  expect(await intake.rows('select city, amount from raw.totals order by amount')).toEqual([
    { city: 'Leeds', amount: 3 },
    { city: 'O\'Hara \\ "x"', amount: 5 },
  ])
  expect(await intake.rows('select amount from raw.some')).toEqual([{ amount: 5 }])
})

test.skipIf(skip)('what is wrong is told in our words', async () => {
  await database.run('create table persons (id int, fullname text)')
  const intake = await openShop('  persns: {columns: {id: INTEGER}}\n', 'retries: 0\n')
  await expect(intake.extract()).rejects.toThrow(/no table 'persns'[\s\S]*Did you mean persons\?/)
  const write = (tables: string) => intake.write('sources/shop.yaml', shop(tables, 'retries: 0\n').shop)
  await write('  persons: {columns: {full_name: VARCHAR}}\n')
  await expect(intake.extract()).rejects.toThrow(/no column 'full_name'[\s\S]*Did you mean fullname\?/)
  await write('  persons: {query: select fulname from persons, columns: {id: INTEGER}}\n')
  await expect(intake.extract()).rejects.toThrow(/shop\.persons: .* lacks a column: Unknown column 'fulname'/)
  await write('  persons: {columns: {id: INTEGER}}\n')
  const url = new URL(database.url)
  url.password = 'open sesame'
  intake.env.SHOP_URL = url.href
  await expect(intake.extract()).rejects.toThrow(
    /shop: the user 'clientele' is not let in to .*Access denied/,
  )
  await expect(intake.extract()).rejects.not.toThrow(/sesame/)
  url.password = 'clientele'
  url.pathname = '/nowhere'
  intake.env.SHOP_URL = url.href
  await expect(intake.extract()).rejects.toThrow(/shop: there is no such database: nowhere at 127\.0\.0\.1/)
  intake.env.SHOP_URL = `${database.url}?sslmode=require`
  await expect(intake.extract()).rejects.toThrow(/shop: .* does not speak TLS as the connection asks/)
})

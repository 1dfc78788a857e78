import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openIntake } from '../intake.ts'

const contract = (tables: string, more = '') => ({
  desk: `kind: sqlite\npath: input/desk.sqlite\n${more}tables:\n${tables}`,
})
const id = (landed: { loadIds: string[] }[]) => landed.flatMap(({ loadIds }) => loadIds)[0] as string

test('values arrive as they were: numbers to the last digit, texts to the last byte', async () => {
  const intake = await openIntake(
    contract(
      '  things: {columns: {id: BIGINT, price: DOUBLE, day: DATE, note: VARCHAR, flag: BOOLEAN, none: VARCHAR}}\n',
    ),
  )
  const database = new DatabaseSync(join(intake.dir, 'input/desk.sqlite'))
  database.exec(
    'create table things (id integer, price real, day date, note varchar(9), flag boolean, none text)',
  )
  const texts = [
    '',
    ' ',
    '"',
    '""',
    'a,b',
    'a\r\nb',
    '\u0000 and after',
    '茶壶',
    '👩‍👩‍👧',
    "it's",
    '\\n',
    'null',
    'NULL',
  ]
  const insert = database.prepare('insert into things values (?, ?, ?, ?, ?, null)')
  for (const [i, text] of texts.entries()) {
    insert.run(9007199254740993n + BigInt(i), 0.1 + 0.2 * i, '2024-02-29', text, i % 2)
  }
  database.close()
  await intake.night()
  const rows = await intake.rows(
    'select id::varchar as id, price, day, note, flag, none from raw.things order by _row',
  )
  expect(rows).toEqual(
    texts.map((note, i) => ({
      id: String(9007199254740993n + BigInt(i)),
      price: 0.1 + 0.2 * i,
      day: '2024-02-29',
      note,
      flag: i % 2 === 1,
      none: null,
    })),
  )
})

test('any text and any number survives', async () => {
  const intake = await openIntake(contract('  things: {columns: {n: BIGINT, x: DOUBLE, t: VARCHAR}}\n'))
  const values = fc.sample(
    fc.tuple(
      fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string({ unit: 'binary' }),
    ),
    { numRuns: 1000, seed: 20_240_301 },
  )
  const database = new DatabaseSync(join(intake.dir, 'input/desk.sqlite'))
  database.exec('create table things (n integer, x real, t text); begin')
  const insert = database.prepare('insert into things values (?, ?, ?)')
  for (const [n, x, t] of values) insert.run(n, x, t)
  database.exec('commit')
  database.close()
  await intake.night()
  const rows = await intake.rows<{ n: string; x: number; t: string }>(
    'select n::varchar as n, x, t from raw.things order by _row',
  )
  const arrived = rows.map(({ n, x, t }) => [n, x, t])
  // SQLite knows no negative zero.
  expect(arrived).toEqual(values.map(([n, x, t]) => [String(n), x === 0 ? 0 : x, t]))
})

test('a column that holds more than it declares lands as text, and nothing of it is lost', async () => {
  const intake = await openIntake(
    contract('  things: {columns: {a: VARCHAR, b: VARCHAR, c: VARCHAR, d: VARCHAR, e: VARCHAR}}\n'),
  )
  intake.sqlite(
    'input/desk.sqlite',
    'create table things (a integer, b real, c numeric(20), d, e text)',
    `insert into things values
      (1, 1, 1, 1, 'one'), (2.5, 'two', 9007199254740993, 0.1, x'00ff'), ('3', 9e999, null, '03', null), (x'0a', 4, 1.5, x'', '')`,
  )
  await intake.night()
  expect(await intake.rows('select a, b, c, d, e from raw.things order by _row')).toEqual([
    { a: '1', b: '1.0', c: '1', d: '1', e: 'one' },
    { a: '2.5', b: 'two', c: '9007199254740993', d: '0.1', e: '00FF' },
    { a: '3', b: '9.0e+999', c: null, d: '03', e: null },
    { a: '0A', b: '4.0', c: '1.5', d: '', e: '' },
  ])
})

test('a record whose bytes are not UTF-8 is counted, said and quarantined; its neighbours and its key stay', async () => {
  const intake = await openIntake(
    contract(
      '  persons: {key: [id], reject_limit: {count: 1}, columns: {id: INTEGER, name: {type: VARCHAR, pii: direct}}}\n',
    ),
  )
  intake.sqlite(
    'input/desk.sqlite',
    "create table persons (id integer primary key, name text); insert into persons values (1, 'Ann'), (2, 'Bo'), (3, 'Cy')",
  )
  await intake.night()
  intake.sqlite(
    'input/desk.sqlite',
    "update persons set name = cast(x'41ff42' as text) where id = 2; delete from persons where id = 3",
  )
  expect(await intake.night('2024-03-02')).toMatchObject([{ read: 4, loaded: 3, quarantined: 1 }])
  expect(intake.said).toContain(
    'desk.persons: desk.sqlite: 1 record holds bytes that are not of the encoding; quarantined',
  )
  // The former version of 2 stands; 3 is gone all the same.
  expect(await intake.rows('select id, name from raw.persons order by id')).toEqual([
    { id: 1, name: 'Ann' },
    { id: 2, name: 'Bo' },
  ])
  const [bad] = await intake.rows<{ reason: string; record: string }>(
    'select reason, record from quarantine.persons',
  )
  expect(bad?.reason).toBe('encoding')
  // Personal: the shape of the record, not what it says.
  expect(JSON.parse(bad?.record ?? '').text).toBe('{"a9":9,"a9":"AxA"}')
  // The same bad record is not taken in a second time when something else changes.
  intake.sqlite('input/desk.sqlite', "insert into persons values (4, 'Di')")
  expect(await intake.night('2024-03-03')).toMatchObject([{ read: 5, loaded: 4, quarantined: 1 }])
})

test('a keyed snapshot lands what changed, notes what is gone, and lands nothing when nothing changed', async () => {
  const intake = await openIntake(
    contract('  orders: {key: [id], columns: {id: VARCHAR, status: VARCHAR}}\n'),
  )
  intake.sqlite(
    'input/desk.sqlite',
    "create table orders (id text primary key, status text, secret text); insert into orders values ('a', 'new', 's'), ('b', 'new', 's'), ('c', null, 's')",
  )
  expect(await intake.extract()).toMatchObject([{ landed: 3, deleted: 0 }])
  expect(intake.said).toContain('desk.orders: not in the contract, kept in landing only: secret')
  intake.sqlite(
    'input/desk.sqlite',
    "update orders set status = 'sent' where id = 'a'; delete from orders where id = 'c'; insert into orders values ('d', 'new', 's')",
  )
  const second = await intake.extract('2024-03-02')
  expect(second).toMatchObject([{ landed: 2, deleted: 1 }])
  expect(await intake.manifest('desk', 'orders', id(second))).toMatchObject({
    mode: 'changes',
    key: ['id'],
    sequence: 2,
    delivered: 3,
    rows: 2,
    deleted: 1,
    asOf: '2024-03-02',
    validFrom: '2024-03-02',
    columns: [{ name: 'id' }, { name: 'status' }, { name: 'secret' }],
  })
  // A write that changes no row makes other bytes and no load.
  intake.sqlite('input/desk.sqlite', 'create table other (a); drop table other; vacuum')
  expect(await intake.extract('2024-03-03')).toMatchObject([
    { landed: 0, loadIds: [], skipped: 'read, nothing new' },
  ])
  expect(await intake.extract('2024-03-03')).toMatchObject([{ skipped: 'unchanged since it was last read' }])
})

test('repeated keys are compared with their number and their order', async () => {
  const intake = await openIntake(
    contract('  orders: {key: [id], columns: {id: VARCHAR, status: VARCHAR}}\n'),
  )
  intake.sqlite(
    'input/desk.sqlite',
    "create table orders (id text, status text); insert into orders values ('a', 'x'), ('a', 'y'), (null, 'n'), ('b', 'z')",
  )
  await intake.extract()
  intake.sqlite(
    'input/desk.sqlite',
    "delete from orders where id = 'a'; insert into orders values ('a', 'y'), ('a', 'x')",
  )
  expect(await intake.extract()).toMatchObject([{ landed: 2, deleted: 0 }])
  intake.sqlite('input/desk.sqlite', "insert into orders values ('a', 'x'), (null, 'n')")
  expect(await intake.extract()).toMatchObject([{ landed: 5, deleted: 0 }])
})

test('an appended table lands each row once, whatever moment of the cursor it carries', async () => {
  const intake = await openIntake(
    contract('  events: {delivery: append, cursor: moment, columns: {moment: TIMESTAMP, what: VARCHAR}}\n'),
  )
  intake.sqlite(
    'input/desk.sqlite',
    "create table events (moment text, what text); insert into events values ('2024-01-01 10:00:00', 'a'), ('2024-01-01 11:00:00', 'b'), (null, 'late')",
  )
  expect(await intake.extract()).toMatchObject([{ landed: 3 }])
  // The last moment again: one new row, one that equals a row already landed, and one before it, which is out of reach.
  intake.sqlite(
    'input/desk.sqlite',
    "insert into events values ('2024-01-01 11:00:00', 'c'), ('2024-01-01 11:00:00', 'b'), ('2024-01-01 12:00:00', 'd'), (null, 'late')",
  )
  expect(await intake.extract()).toMatchObject([{ landed: 4 }])
  intake.sqlite('input/desk.sqlite', 'create table other (a)')
  expect(await intake.extract()).toMatchObject([{ landed: 0, loadIds: [] }])
  await intake.load()
  expect(await intake.rows('select what, count(*) as n from raw.events group by what order by what')).toEqual(
    [
      { what: 'a', n: 1 },
      { what: 'b', n: 2 },
      { what: 'c', n: 1 },
      { what: 'd', n: 1 },
      { what: 'late', n: 2 },
    ],
  )
})

test('a cursor of numbers, and a table that turns from a snapshot into an append, repeat nothing', async () => {
  const snapshot = '  events: {columns: {moment: DOUBLE, what: VARCHAR}}\n'
  const append = '  events: {delivery: append, cursor: moment, columns: {moment: DOUBLE, what: VARCHAR}}\n'
  const intake = await openIntake(contract(snapshot))
  intake.sqlite(
    'input/desk.sqlite',
    "create table events (moment real, what text); insert into events values (0.1, 'a'), (0.1 + 0.2, 'b')",
  )
  await intake.night()
  await intake.write('sources/desk.yaml', contract(append).desk)
  intake.sqlite('input/desk.sqlite', "insert into events values (0.1 + 0.2, 'c'), (2, 'd')")
  await intake.night()
  intake.sqlite('input/desk.sqlite', "insert into events values (2, 'e')")
  await intake.night()
  expect(await intake.rows('select what from raw.events order by what')).toEqual(
    ['a', 'b', 'c', 'd', 'e'].map((what) => ({ what })),
  )
})

test('views, tables without a row id and tables of one column are read like any other', async () => {
  const intake = await openIntake(
    contract(
      '  totals: {columns: {city: VARCHAR, n: INTEGER}}\n  cities: {table: Places, columns: {city: VARCHAR}}\n  words: {columns: {word: VARCHAR}}\n',
    ),
  )
  intake.sqlite(
    'input/desk.sqlite',
    'create table places (city text primary key) without rowid; create table words (word text)',
    "insert into places select 'city ' || value from (with recursive c(value) as (select 1 union all select value + 1 from c where value < 9000) select value from c)",
    'create view totals as select substr(city, 6, 1) as city, count(*) as n from places group by 1',
    "insert into words values (null), (''), ('a'), (null)",
  )
  expect(await intake.night()).toMatchObject([{ loaded: 9 }, { loaded: 9000 }, { loaded: 4 }])
  expect(await intake.rows('select sum(n) as n from raw.totals')).toEqual([{ n: 9000 }])
  expect(await intake.rows('select word from raw.words order by _row')).toEqual([
    { word: null },
    { word: '' },
    { word: 'a' },
    { word: null },
  ])
})

test('all tables are read as of one moment, whoever writes meanwhile', async () => {
  const intake = await openIntake(
    contract('  heads: {columns: {id: INTEGER}}\n  lines: {columns: {head: INTEGER}}\n'),
  )
  intake.sqlite(
    'input/desk.sqlite',
    'pragma journal_mode = wal; create table heads (id int); create table lines (head int); insert into heads values (1); insert into lines values (1)',
  )
  let wrote = false
  intake.watch = (text) => {
    if (wrote || !text.includes('heads')) return
    intake.sqlite('input/desk.sqlite', 'insert into heads values (2); insert into lines values (2)')
    wrote = true
  }
  await intake.night()
  expect(wrote).toBe(true)
  expect(
    await intake.rows(
      'select (select count(*) from raw.heads) as heads, (select count(*) from raw.lines) as lines',
    ),
  ).toEqual([{ heads: 1, lines: 1 }])
  // What came during the night is found the next time, although it was there before the night ended.
  delete intake.watch
  await intake.night()
  expect(
    await intake.rows(
      'select (select count(*) from raw.heads) as heads, (select count(*) from raw.lines) as lines',
    ),
  ).toEqual([{ heads: 2, lines: 2 }])
})

test('a missing table, a missing column and a missing database say what is there', async () => {
  const intake = await openIntake(
    contract(
      '  ordres: {columns: {id: VARCHAR}}\n  persons: {columns: {full_name: VARCHAR}}\n',
      'missing: Ask the desk.\n',
    ),
  )
  await expect(intake.extract()).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/input\/desk\.sqlite[\s\S]*Ask the desk\./),
  })
  intake.sqlite('input/desk.sqlite', 'create table orders (id text); create table persons (fullname text)')
  const refused = intake.extract()
  await expect(refused).rejects.toMatchObject({ exitCode: 1 })
  await expect(refused).rejects.toThrow(/no table 'ordres'[\s\S]*Did you mean orders\?/)
  await expect(refused).rejects.toThrow(/no column 'full_name'[\s\S]*Did you mean fullname\?/)
  await intake.write('input/desk.sqlite', 'this is no database, it only looks like a file'.repeat(100))
  await expect(intake.extract()).rejects.toThrow(/desk\.sqlite cannot be read: file is not a database/)
})

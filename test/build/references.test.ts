import { expect, test } from 'vitest'
import { openParser, type Parsed } from '../../pipelines/build/parse.ts'
import { openDatabase } from '../../pipelines/duckdb.ts'

async function parse(text: string): Promise<Parsed> {
  const db = await openDatabase(':memory:')
  try {
    return (await openParser(db).parse([text])).get(text) as Parsed
  } finally {
    db.close()
  }
}

/** The tables a SELECT reads, each with the text that stands at its offset. */
async function tables(text: string): Promise<string[]> {
  const parsed = await parse(text)
  if (parsed.fault) throw new Error(parsed.fault.message)
  return parsed.references.tables.map(({ name, at }) => {
    expect(text.slice(at, at + name.length).toLowerCase()).toBe(name)
    return name
  })
}

test.each([
  [
    'a join, a subquery in FROM, one in WHERE, one in the list',
    `
    select o.x, (select max(x) from core.d) from core.a as o join (select * from core.b) as b using (x)
    where exists (select 1 from core.c where c.x = o.x)`,
    ['core.d', 'core.a', 'core.b', 'core.c'],
  ],
  [
    'every arm of a set operation',
    'select 1 from core.a union all by name (select 1 from core.b except select 1 from core.c)',
    ['core.a', 'core.b', 'core.c'],
  ],
  [
    'a CTE is not a table',
    'with a as (select * from core.a), b as (select * from a) select * from a join B using (x)',
    ['core.a'],
  ],
  ['a CTE does not see itself unless it is recursive', 'with a as (select * from a) select * from a', ['a']],
  [
    'a recursive CTE sees itself',
    'with recursive r as (select 1 as n union all select n + 1 from r, core.a) select * from r',
    ['core.a'],
  ],
  [
    'a recursive CTE with a key sees itself and what it has found so far',
    'with recursive r(a, b) using key (a) as (select 1, 2 union select a, b from r, recurring.r) select * from r',
    [],
  ],
  [
    'a CTE does not see those below it',
    'with a as (select * from b), b as (select * from core.b) select * from a',
    ['b', 'core.b'],
  ],
  [
    'an inner CTE shadows an outer one of the same name',
    'with a as (select * from core.a) select * from (with a as (select * from core.b) select * from a) join a using (x)',
    ['core.a', 'core.b'],
  ],
  [
    'an inner CTE is not seen outside',
    'select * from (with a as (select * from core.b) select * from a) join a using (x)',
    ['core.b', 'a'],
  ],
  [
    'a CTE of the outer query is seen in a subquery',
    'with a as (select * from core.a) select * from core.b where x in (select x from a)',
    ['core.a', 'core.b'],
  ],
  [
    'a name with a schema is never a CTE',
    'with orders as (select * from core.orders) select * from orders join staging.orders using (x)',
    ['core.orders', 'staging.orders'],
  ],
  [
    'PIVOT, UNPIVOT and lateral joins',
    `
    select * from core.a pivot (sum(x) for y in (1, 2)), (unpivot core.b on x, y into name n value v),
    lateral (select * from core.c where c.x = a.x)`,
    ['core.a', 'core.b', 'core.c'],
  ],
  [
    'ASOF and positional joins, FROM first',
    'from core.a asof join core.b on a.x >= b.x positional join core.c select *',
    ['core.a', 'core.b', 'core.c'],
  ],
  [
    'windows, filters, FILTER and QUALIFY',
    `
    select sum(x) filter (where y in (select y from core.a)) over w from core.b
    window w as (partition by (select 1 from core.c)) qualify row_number() over w = (select 1 from core.d)`,
    ['core.a', 'core.b', 'core.c', 'core.d'],
  ],
  ['table functions are no tables', 'select * from range(10), unnest([1, 2]), generate_series(1, 2)', []],
  ['a name in quotes keeps its letters', 'select * from "core"."Bestellungen"', []],
])('%s', async (_, text, expected) => {
  if (text.includes('"')) {
    const parsed = await parse(text)
    expect(parsed.references?.tables.map(({ name }) => name)).toEqual(['core.bestellungen'])
  } else expect((await tables(text)).toSorted()).toEqual(expected.toSorted())
})

test('offsets are characters of the text, whatever letters stand before', async () => {
  const text = "select '选择😀' as 标签, param('lapse_quantile') from core.订单 -- ünd\nwhere x < as_of()"
  const { references } = await parse(text)
  expect(references?.tables).toEqual([{ name: 'core.订单', at: text.indexOf('core.') }])
  expect(references?.calls).toEqual([
    { name: 'param', at: text.indexOf('param'), literal: 'lapse_quantile' },
    { name: 'as_of', at: text.indexOf('as_of'), against: { table: 'core.订单', column: 'x' } },
  ])
})

test('a literal counts only when it stands alone', async () => {
  const literals = async (text: string) => (await parse(text)).references?.calls.map(({ literal }) => literal)
  expect(await literals("select param('a')")).toEqual(['a'])
  expect(await literals("select param('a', 'b')")).toEqual([undefined])
  expect(await literals('select param(a)')).toEqual([undefined])
  expect(await literals('select param(1)')).toEqual([undefined])
})

test('texts are parsed in one go and remembered by content', async () => {
  const db = await openDatabase(':memory:')
  const parser = openParser(db)
  const first = await parser.parse(['select 1 from core.a', 'select frm, from', 'select 1 from core.a'])
  expect([...first.values()].map(({ fault }) => fault?.kind)).toEqual([undefined, 'syntax'])
  db.close()
  // The engine is gone: what was seen before is not asked again.
  expect((await parser.parse(['select 1 from core.a'])).get('select 1 from core.a')).toBe(
    first.get('select 1 from core.a'),
  )
  await expect(parser.parse(['select 2'])).rejects.toThrow()
})

test.each([
  [
    'select o.a, b + 1 from core.o as o join core.p as p using (k) where p.c.d > 0',
    ['a', 'b', 'c', 'd', 'k', 'o', 'p'],
  ],
  ['select count(*), row_number() over (partition by a order by b) from core.o', ['a', 'b']],
  ['with x as (select a from core.o) select max(a) from x', ['a']],
  ['select * exclude (a) from core.o', ['*']],
  ['from core.o', ['*']],
  ['select a from core.o where exists (from core.p)', ['*']],
  ['select o from core.o as o', ['*']],
  ['select hash(orders) from core.orders', ['*']],
  ['select a from core.o natural join core.p', ['*']],
  ['select #1 from core.o', ['*']],
  ['select a from core.o as o(a, b)', ['*']],
  ['select a from core.o pivot (sum(c) for b in (1, 2))', ['*']],
])('the columns that %s can depend on', async (text, expected) => {
  expect((await parse(text)).references?.columns).toEqual(expected)
})

test.each([
  ['select 1 from core.o where d <= as_of()', 'core.o d'],
  ['select 1 from core.o as o join core.p as p using (k) where cast(p.d as date) < as_of()', 'core.p d'],
  ['select as_of() > o.d from core.o as o, core.p', 'core.o d'],
  ["select 1 from core.o where d between date '2024-01-01' and as_of()", 'core.o d'],
  ['with x as (select a from core.o where d <= as_of()) select a from x', 'core.o d'],
  // Which table a bare column of a join is of is not written down; and the others are no comparison with a column.
  ['select 1 from core.o join core.p using (k) where d <= as_of()', undefined],
  ['with x as (select a as d from core.o) select d from x where d <= as_of()', undefined],
  ['select a as d from core.o having d <= as_of()', undefined],
  ['select 1 from core.o as o(d, e) where o.d <= as_of()', undefined],
  ['select 1 from core.o where d + 1 <= as_of()', undefined],
  ['select 1 from core.o where d <= as_of() - 30', undefined],
  ['select as_of() from core.o', undefined],
])('what the as-of date is compared with in %s', async (text, expected) => {
  const calls = (await parse(text)).references?.calls.filter(({ name }) => name === 'as_of') ?? []
  expect(calls.map(({ against }) => against && `${against.table} ${against.column}`)).toEqual([expected])
})

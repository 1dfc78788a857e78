import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Db, openDatabase } from '../../pipelines/duckdb.ts'
import { ClienteleError } from '../../pipelines/error.ts'
import type { Project } from '../../pipelines/project.ts'
import { scratch } from './alone.ts'
import {
  builtDaybook,
  contents,
  daybook,
  editableDaybook,
  fillDaybook,
  filledDaybook,
  type NightOptions,
  night,
  rebuilt,
  renewed,
} from './daybook.ts'
import { edit } from './shop.ts'

/** A night in which something changed: what was made anew of the models named, and every table is as if built anew. */
async function nextNight(project: Project, db: Db, change: string, options: NightOptions = {}) {
  await db.run(change)
  const made = renewed(await night(project, db, options))
  const { asOf } = options
  expect(await contents(db)).toEqual(await contents(await rebuilt(project, db, asOf ? { asOf } : {})))
  return made
}

test.each([
  [
    'a late row',
    "insert into raw.orders values (7, 'Bath', '2024-01-06 08:00', 3, null)",
    {
      'core.days': '2024-01',
      'core.sales': '2024-01-01',
      'core.trend': '2024-01 2024-02',
      'core.book': '2024-01-06',
    },
  ],
  [
    'a corrected row',
    'update raw.orders set amount = 41 where order_id = 4',
    {
      'core.days': '2024-02',
      'core.sales': '2024-02-05',
      'core.trend': '2024-02 2024-03',
      'core.book': '2024-02-10',
    },
  ],
  [
    'a row that moves',
    "update raw.orders set placed_at = '2024-03-01 09:00' where order_id = 3",
    {
      'core.days': '2024-01 2024-03',
      'core.sales': '2024-01-29',
      'core.trend': '2024-01 2024-02 2024-03',
      'core.book': '2024-01-30 2024-03-01',
    },
  ],
  [
    'a row that is gone, the last of its month',
    'delete from raw.orders where order_id = 6',
    {
      'core.days': '2024-03',
      'core.sales': '2024-03-25',
      'core.trend': '2024-03',
      'core.book': '2024-03-30',
    },
  ],
  [
    // The months add up to the same: trend does not read regions.
    'two amounts that change places',
    'update raw.orders set amount = case order_id when 1 then 20 else 10 end where order_id in (1, 2)',
    { 'core.days': '2024-01', 'core.sales': '2024-01-01', 'core.trend': 'none', 'core.book': '2024-01-05' },
  ],
  [
    'a column that nobody reads',
    "update raw.orders set note = 'gift'",
    { 'core.days': 'none', 'core.sales': 'none', 'core.trend': 'none', 'core.book': 'none' },
  ],
  [
    'a row without a time',
    "insert into raw.orders values (8, 'Bath', null, 3, null)",
    { 'core.days': 'none', 'core.sales': 'none', 'core.trend': 'none', 'core.book': 'none' },
  ],
  [
    'a row of the future, which counts when its day has come',
    "insert into raw.orders values (9, 'Bath', '2024-04-02 08:00', 3, null)",
    {
      'core.days': '2024-04',
      'core.sales': 'none',
      'core.trend': '2024-04',
      'core.book': 'none',
    },
  ],
  [
    'another region of a shop, which is read whole',
    "update raw.shops set region = 'West' where shop = 'Bath'",
    { 'core.days': 'all', 'core.sales': 'none', 'core.trend': 'none', 'core.book': 'none' },
  ],
])('%s', async (_, change, expected) => {
  const [project, db] = [await daybook(), await builtDaybook()]
  expect(await nextNight(project, db, change)).toMatchObject(expected)
})

test('the first build makes everything, the next nothing', async () => {
  const [project, db] = [await daybook(), await filledDaybook()]
  expect(new Set(Object.values(renewed(await night(project, db))))).toEqual(new Set(['all']))
  const before = await contents(db)
  expect(new Set(Object.values(renewed(await night(project, db))))).toEqual(new Set(['none']))
  expect(await contents(db)).toEqual(before)
  expect(await db.rows('select * from core.trend order by month')).toEqual([
    { month: '2024-01-01', amount: 35, amount_before: null },
    { month: '2024-02-01', amount: 41, amount_before: 35 },
    { month: '2024-03-01', amount: 7, amount_before: 41 },
  ])
})

test('nights that were missed are made up for', async () => {
  const [project, db] = [await daybook(), await filledDaybook()]
  await night(project, db, { asOf: '2024-01-31' })
  expect(await db.rows('select max(placed_at) as last from core.book')).toEqual([
    { last: '2024-01-30 11:00:00' },
  ])
  const made = await nextNight(
    project,
    db,
    "insert into raw.orders values (7, 'Bath', '2024-02-20 08:00', 3, null)",
  )
  expect(made['core.book']).toBe('2024-02-10 2024-02-11 2024-02-20 2024-03-30')
})

test('another as-of date makes anew what it moved across, and all of what reads it freely', async () => {
  const [project, db] = [await daybook(), await filledDaybook()]
  await night(project, db, { asOf: '2024-02-10' })
  // 10 February itself is made anew: its rows are compared with the as-of date, and so is what comes after it.
  expect(await nextNight(project, db, 'select 1', { asOf: '2024-02-29' })).toEqual({
    'staging.orders': 'none',
    'core.ages': 'all',
    'core.days': 'none',
    'core.best': 'none',
    'core.book': '2024-02-10 2024-02-11',
    'core.sales': 'none',
    'core.trend': 'none',
  })
  expect((await nextNight(project, db, 'select 1', { asOf: '2024-01-20' }))['core.book']).toBe(
    '2024-01-30 2024-02-10 2024-02-11',
  )
})

test('an as-of date that is compared with another column than a time is no bound', async () => {
  const [project, db] = [await editableDaybook(), await filledDaybook()]
  await edit(project, 'core/book.sql', (text) => text.replace('cast(o.placed_at', 'cast(o.ordered_on'))
  await night(project, db, { asOf: '2024-02-10' })
  expect((await nextNight(project, db, 'select 1', { asOf: '2024-02-29' }))['core.book']).toBe('all')
})

test('a change of the SELECT, or of how intervals are declared, makes all of them anew', async () => {
  const [project, db] = [await editableDaybook(), await builtDaybook()]
  await edit(project, 'core/book.sql', (text) => text.replace('o.amount', '2 * o.amount as amount'))
  await edit(project, 'core/sales.sql', (text) => text.replace('interval: week', 'interval: month'))
  const made = await nextNight(project, db, 'select 1')
  expect(made).toMatchObject({ 'core.book': 'all', 'core.sales': 'all', 'core.days': 'none' })
})

test('a model becomes a table and incremental again, and leaves nothing behind', async () => {
  const [project, db] = [await editableDaybook(), await builtDaybook()]
  await edit(project, 'core/book.sql', (text) => text.replace(/kind: incremental\nincremental: .*\n/, ''))
  expect((await nextNight(project, db, 'select 1'))['core.book']).toBe('all')
  expect(await db.rows("select * from ops.intervals where model = 'core.book'")).toEqual([])
  const original = await readFile(join(import.meta.dirname, '../projects/daybook/sql/core/book.sql'), 'utf8')
  await edit(project, 'core/book.sql', () => original)
  expect((await nextNight(project, db, 'select 1'))['core.book']).toBe('all')
})

test('days are restated on request, with what is made from them', async () => {
  const [project, db] = [await daybook(), await builtDaybook()]
  // A row that is not what its SELECT gives: no input tells of it.
  await db.run("update core.days set amount = 99 where ordered_on = '2024-02-10'")
  const restate = { from: '2024-02-01', to: '2024-02-02' }
  expect(renewed(await night(project, db, { restate, select: ['core.days+'] }))).toEqual({
    'core.days': '2024-02',
    'core.best': 'all',
    'core.trend': '2024-02',
  })
  expect(await contents(db)).toEqual(await contents(await rebuilt(project, db)))
  const nothing = await night(project, db, { restate, select: ['core.best'] }).catch((thrown) => thrown)
  expect(nothing).toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('none of these models is incremental'),
  })
})

test('rows that depend on more than is declared stop the build at the head', async () => {
  const [project, db] = [await editableDaybook(), await filledDaybook()]
  await edit(project, 'core/trend.sql', (text) => text.replace(', lookback: 1', ''))
  await night(project, db)
  const before = await contents(db)
  await db.run('update raw.orders set amount = 11 where order_id = 1')
  const error: ClienteleError = await night(project, db).catch((thrown) => thrown)
  expect(error).toBeInstanceOf(ClienteleError)
  expect(error.message).toBe(
    [
      'core.trend: 1 row of 2024-02 would differ today, although no declared input has changed there',
      '  at sql/core/trend.sql:5:67',
      '  5 | incremental: {time: month, interval: month, key: [month], inputs: {core.days: ordered_on}}',
      '    |                                                                   ^',
      '  Its rows depend on more than the rows of their own month in core.days: raise lookback, take the input that reaches further out of inputs (it is then read whole), or make it kind: table.',
    ].join('\n'),
  )
  const now = await contents(db)
  expect(now['core.trend']).toEqual(before['core.trend'])
})

test('a row without a day belongs to no interval: it is refused, in the first build and in a later one', async () => {
  const [project, db] = [await editableDaybook(), await filledDaybook()]
  await edit(project, 'core/sales.sql', (text) =>
    text.replace('l.booked_on, o', 'nullif(l.booked_on, o.ordered_on + l.quantity) as booked_on, o'),
  )
  await night(project, db)
  await db.run('update raw.lines set quantity = 0 where line_id = 40')
  const later: ClienteleError = await night(project, db).catch((thrown) => thrown)
  expect(later.message).toContain(
    'core.sales: 1 row has no booked_on, and so belongs to no week\n  at sql/core/sales.sql:5:21',
  )
  const first: ClienteleError = await night(project, db, { full: true }).catch((thrown) => thrown)
  expect(first.message).toBe(later.message)
})

test('the key is tested without being asked for', async () => {
  const [project, db] = [await daybook(), await filledDaybook()]
  await db.run("insert into raw.orders values (6, 'Bath', '2024-03-29 14:00', 7, null)")
  const error: ClienteleError = await night(project, db).catch((thrown) => thrown)
  expect(error.message).toContain('core.ages: unique(order_id) fails for 2 rows\n  at sql/core/ages.sql:5:')
})

test('what is on the disk while intervals are replaced is what stood before', async () => {
  const project = await daybook()
  const path = join(await scratch(), 'building.duckdb')
  const killed = join(await scratch(), 'building.duckdb')
  const db = await openDatabase(path)
  await fillDaybook(db)
  await night(project, db)
  const before = await contents(db)
  await db.run('checkpoint')
  await db.run('delete from raw.orders where order_id = 5')
  let moments = 0
  const watched: Db = {
    ...db,
    async run(statement) {
      await db.run(statement)
      const [row] = await db.rows<{ n: number }>('select count(*) as n from core.days')
      if (row?.n !== 5 || moments++ > 0) return
      await copyFile(path, killed)
      await copyFile(`${path}.wal`, `${killed}.wal`)
    },
  }
  await night(project, watched)
  expect(moments).toBeGreaterThan(0)
  db.close()
  const left = await openDatabase(killed)
  const found = await contents(left)
  expect(found['core.days']).toEqual(before['core.days'])
  for (const table of ['ops.intervals', 'ops.models']) {
    const own = (tables: typeof before) =>
      tables[table]?.filter((row) => /"(model|name)":"core.days"/.test(row))
    expect(own(found)).toHaveLength(table === 'ops.models' ? 1 : 3)
    expect(own(found)).toEqual(own(before))
  }
  expect(renewed(await night(project, left))['core.days']).toBe('2024-02')
  expect(await contents(left)).toEqual(await contents(await rebuilt(project, left)))
  left.close()
})

import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { attachOwn, openPublished } from '../../pipelines/dev/catalogues.ts'
import { compare, printComparison } from '../../pipelines/dev/compare.ts'
import { diffTable, kept, type TableDiff } from '../../pipelines/dev/diff.ts'
import { tableFacts } from '../../pipelines/dev/facts.ts'
import { type Db, openDatabase } from '../../pipelines/duckdb.ts'
import { scratch } from '../build/alone.ts'
import { buildShop, closing, edit, emptyShop, publishedShop } from './published-shop.ts'

test('tells what a change of a macro does to the numbers, worked out by hand', async () => {
  const project = await publishedShop()
  // An order in euro now counts at 0.8 instead of 0.5: 5 euro are 4 pounds, not 2.5.
  await edit(project, 'macros/money.sql', (text) => text.replace('then 0.5', 'then 0.8'))
  await buildShop(project)
  const told = printComparison(await compare(project, { file: project.paths.building }))
  expect(told.split('\n').slice(2).join('\n')).toBe(
    `core.customers: 2 rows; 0 added, 0 gone, 1 changed (by customer_id)

  column  changed   share  sum before  sum after   change
  ------  -------  ------  ----------  ---------  -------
  paid          1  50.0 %     40.0000    41.5000  +1.5000

  largest changes  customer_id  before   after
  ---------------  -----------  -------  -------
  paid             Pp2          10.0000  11.5000

core.new_customers: 1 row, equal to the published (whole rows: no key tells them apart)`,
  )
})

test('tells rows added and gone, columns added and gone, and types, without personal data', async () => {
  const project = await publishedShop()
  await edit(project, 'staging/people.sql', (text) =>
    text
      .replace('born_on: {type: DATE, pii: indirect}', 'letters: {type: BIGINT}')
      .replace(
        'person_id, full_name, born_on',
        'person_id, upper(full_name) as full_name, length(full_name) as letters',
      ),
  )
  await buildShop(
    project,
    `delete from raw.people where person_id = 'p2'; insert into raw.people values ('p3', 'Jia Baoyu', null), ('p4', null, null);
     delete from raw.orders where person_id = 'p2'`,
  )
  const { diffs } = await compare(project, { file: project.paths.building, table: 'staging.people' })
  expect(diffs).toEqual([
    {
      table: 'staging.people',
      key: ['person_id'],
      rows: { before: 2, after: 3 },
      added: 2,
      gone: 1,
      changed: 1,
      columnsAdded: ['letters'],
      columnsGone: ['born_on'],
      columns: [
        { name: 'person_id', changed: 0, share: 0, largest: [] },
        {
          name: 'full_name',
          changed: 1,
          share: 1,
          largest: [{ key: ['p1'], before: '<12 characters>', after: '<12 characters>' }],
        },
      ],
      samples: { columns: ['person_id'], added: [['p3'], ['p4']], gone: [['p2']] },
    },
  ] satisfies TableDiff[])
})

test('compares models that were made anew, names new and gone ones, and refuses what is not there', async () => {
  const project = await publishedShop()
  await expect(compare(project, { file: project.paths.building })).rejects.toThrow(
    'there is nothing to compare',
  )
  await buildShop(project)
  const same = await compare(project, { file: project.paths.building })
  expect(printComparison(same)).toContain('no table was made anew')
  const building = closing(await openDatabase(project.paths.building))
  await building.run(
    `drop table core.gaps; delete from ops.models where name = 'core.gaps'; insert into ops.models (name, fingerprint) values ('core.new', 'x')`,
  )
  await expect(compare(project, { file: project.paths.building })).resolves.toMatchObject({
    added: ['core.new'],
    gone: ['core.gaps'],
  })
  const misspelt = compare(project, { file: project.paths.building, table: 'core.custmers' })
  await expect(misspelt).rejects.toThrow(
    'no table is called core.custmers in either version\n  Did you mean core.customers?',
  )
  await expect(compare(await emptyShop(), { file: 'x' })).rejects.toThrow('nothing is published')
})

/** Two databases beside each other, with a table of the same name in each. */
async function twoDatabases(): Promise<Db> {
  const project = await publishedShop()
  const db = closing(await openPublished(project))
  await attachOwn(db, `${await scratch()}/own.duckdb`, { readOnly: false })
  await db.run('detach warehouse')
  await db.run(`attach '${await scratch()}/published.duckdb' as warehouse`)
  await db.run('create schema warehouse.t; create schema building.t')
  return db
}

async function diffOf(db: Db, grain: string | null = 'id'): Promise<TableDiff> {
  const project = await emptyShop()
  const facts = async (catalogue: 'warehouse' | 'building') => {
    const found = await tableFacts(db, project, catalogue, 't.t')
    return { ...found, grain, columns: found.columns.map((column) => ({ ...column, pii: null })) }
  }
  return diffTable(db, { before: await facts('warehouse'), after: await facts('building') })
}

test('counts exactly what differs, whatever the rows', async () => {
  const db = await twoDatabases()
  const value = fc.option(fc.integer({ min: -3, max: 3 }), { nil: null })
  const side = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 9 }), value, value), {
    selector: ([id]) => id,
  })
  type Side = [number, number | null, number | null][]
  const fill = async (catalogue: string, rows: Side) => {
    await db.run(`create or replace table ${catalogue}.t.t (id integer, x decimal(9,2), y varchar)`)
    for (const [id, x, y] of rows) {
      await db.run(
        sql`insert into ${sql.id(catalogue, 't', 't')} values (${sql.lit(id)}, ${sql.lit(x)}, ${sql.lit(y)})`,
      )
    }
  }
  await fc.assert(
    fc.asyncProperty(side, side, async (before: Side, after: Side) => {
      await fill('warehouse', before)
      await fill('building', after)
      const [was, is] = [
        new Map(before.map((row) => [row[0], row])),
        new Map(after.map((row) => [row[0], row])),
      ]
      const both = before.filter(([id]) => is.has(id))
      const moved = (column: 1 | 2) => both.filter((row) => row[column] !== is.get(row[0])?.[column])
      const keyed = await diffOf(db)
      expect([keyed.added, keyed.gone]).toEqual([after.length - both.length, before.length - both.length])
      expect(keyed.columns.map(({ changed }) => changed)).toEqual([0, moved(1).length, moved(2).length])
      expect(keyed.changed).toBe(new Set([...moved(1), ...moved(2)]).size)
      const size = ([id, x]: Side[0]) => Math.abs((is.get(id)?.[1] ?? 0) - (x ?? 0))
      const largest = moved(1).toSorted((a, b) => size(b) - size(a) || a[0] - b[0])
      expect(keyed.columns[1]?.largest.map(({ key }) => Number(key[0]))).toEqual(
        largest.slice(0, kept).map(([id]) => id),
      )
      const sum = (rows: Side) => rows.reduce((total, [, x]) => total + (x ?? 0), 0)
      expect(Number(keyed.columns[1]?.sums?.change)).toBe(sum(after) - sum(before))
      const whole = await diffOf(db, null)
      const same = after.filter((row) => String(was.get(row[0])) === String(row)).length
      expect([whole.added, whole.gone]).toEqual([after.length - same, before.length - same])
    }),
    { numRuns: 15 },
  )
})

test('a key that no longer tells rows apart is no key; sums lose no digit; types that do not compare are text', async () => {
  const db = await twoDatabases()
  await db.run(`create table warehouse.t.t as select * from (values (1, 9007199254740993::bigint, 'a'), (null, 1, 'b')) as t(id, n, v);
    create table building.t.t as select * from (values (1, 9007199254740994::bigint, 5), (null, 1, 6)) as t(id, n, v)`)
  const keyed = await diffOf(db)
  expect(keyed).toMatchObject({ key: ['id'], changed: 2, added: 0, gone: 0 })
  expect(keyed.columns[1]?.sums).toEqual({
    before: '9007199254740994',
    after: '9007199254740995',
    change: '1',
  })
  expect(keyed.columns[2]).toMatchObject({ changed: 2, types: { before: 'VARCHAR', after: 'INTEGER' } })
  await db.run('insert into building.t.t values (1, 2, 7)')
  expect(await diffOf(db)).toMatchObject({ key: [], added: 3, gone: 2, changed: 0 })
})

test('a table of twenty thousand rows of which all changed is compared within a second', async () => {
  const db = await twoDatabases()
  const columns = Array.from({ length: 20 }, (_, i) => `(range * ${i + 1})::decimal(18, 4) as c${i}`).join(
    ', ',
  )
  await db.run(`create table warehouse.t.t as select range as id, ${columns} from range(20000)`)
  await db.run('create table building.t.t as select * replace (c0 + 1 as c0, -c7 as c7) from warehouse.t.t')
  await diffOf(db)
  const from = performance.now()
  const { changed } = await diffOf(db)
  expect(changed).toBe(20_000)
  // The bound is for a machine that does other things besides; it is there to catch a join that explodes.
  expect(performance.now() - from).toBeLessThan(1000)
})

import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { build } from '../../pipelines/build/build.ts'
import { type Db, openDatabase } from '../../pipelines/duckdb.ts'
import type { Log } from '../../pipelines/log.ts'
import type { Project } from '../../pipelines/project.ts'
import { context, scratch, warehouse } from './alone.ts'
import { editableShop } from './shop.ts'

/** The shop with one model of its own making. */
async function withModel(head: string, select: string): Promise<Project> {
  const project = await editableShop()
  for (const gone of ['core', 'tests', 'macros'])
    await rm(join(project.dir, 'sql', gone), { recursive: true })
  await rm(join(project.dir, 'sql', 'staging', 'orders.sql'))
  await writeFile(join(project.dir, 'sql', 'staging', 'model.sql'), `/*\n${head}\n*/\n${select}`)
  return project
}

const run = (project: Project, db: Db, log?: Log) =>
  build(context(project, '2024-03-31', log), db, { full: false, runId: 'x' })

/** Failing rows of each audit, by name, however the build ended. */
async function failing(head: string, select: string): Promise<Record<string, number>> {
  const db = await warehouse()
  await run(await withModel(head, select), db).catch(() => undefined)
  const rows = await db.rows<{ test: string; failing_rows: number }>(
    "select * from ops.audits where model = 'staging.model'",
  )
  return Object.fromEntries(rows.map(({ test, failing_rows }) => [test, failing_rows]))
}

const values = (rows: string, columns: string) => `select * from (values ${rows}) as v(${columns})`

test('unique: rows that share a key; a wholly null key is none, other nulls are equal', async () => {
  const head = 'columns:\n  a: {tests: [unique]}\n  b: {}\ntests:\n  - unique: [a, b]\n  - unique: [b]'
  expect(
    await failing(
      head,
      values("(1, 'x'), (1, 'y'), (2, null), (2, null), (null, null), (null, null), (3, 'x')", 'a, b'),
    ),
  ).toEqual({
    'unique(a)': 4,
    'unique(a, b)': 2,
    'unique(b)': 2,
  })
})

test('tests of values let null pass, as CHECK does; not_null does not', async () => {
  const head = `columns:
  a: {tests: [not_null, {range: {min: 1, max: 3}}, {accepted_values: [1, 2]}]}
  d: {tests: [{range: {max: '2024-01-31'}}]}
tests:
  - expression: a < 10 or d is not null
  - {expression: a % 2 = 0, name: even}`
  const rows = "(1, date '2024-01-31'), (2, date '2024-02-01'), (11, null), (null, null)"
  expect(await failing(head, values(rows, 'a, d'))).toEqual({
    'not_null(a)': 1,
    'range(a)': 1,
    'accepted_values(a)': 1,
    'range(d)': 1,
    'expression(a < 10 or d is not null)': 1,
    even: 2,
  })
})

test('relationships: values that the other table lacks, null aside', async () => {
  const head = 'columns:\n  p: {tests: [{relationships: staging.people.person_id}]}'
  expect(await failing(head, values("('p1'), ('p9'), ('p9'), (null)", 'p'))).toEqual({
    'relationships(p -> staging.people.person_id)': 2,
  })
})

test('row_count: how many too few or too many', async () => {
  const head = (bounds: string) => `columns:\n  a: {}\ntests:\n  - row_count: {${bounds}}`
  const of = async (bounds: string) => (await failing(head(bounds), values('(1), (2), (3)', 'a'))).row_count
  expect([await of('min: 5'), await of('max: 2'), await of('min: 3, max: 3')]).toEqual([2, 1, 0])
})

test('a test of severity warn is told, kept and counted, and does not stop the build', async () => {
  const head =
    'columns:\n  full_name: {pii: direct, tests: [{accepted_values: [nobody], severity: warn}]}\n  n: {}'
  const project = await withModel(head, 'select full_name, length(full_name) as n from raw.people')
  const db = await warehouse()
  const lines: string[] = []
  const result = await run(project, db, { line: (text) => lines.push(text), progress() {} })
  expect(result.audits).toEqual({ passed: 2, warned: 1, failed: 0 })
  expect(lines).toEqual(['warning: staging.model: accepted_values(full_name) fails for 2 rows'])
  const kept = await db.rows<{ row: string }>('select row from audit.failures')
  expect(kept.map(({ row }) => JSON.parse(row))).toEqual([
    { full_name: '<12 characters>', n: 12 },
    { full_name: '<9 characters>', n: 9 },
  ])
  // Carried over, not asked again: the row of the audit is the same, the warning is not repeated.
  const again = await run(project, db, { line: (text) => lines.push(text), progress() {} })
  expect(again.audits).toEqual(result.audits)
  expect(await db.rows('select * from audit.failures')).toHaveLength(2)
})

test('a failed audit keeps at most 20 rows, and is asked again by the next build', async () => {
  const project = await withModel(
    'columns:\n  n: {tests: [{range: {max: 9}}]}',
    'select range as n from range(100)',
  )
  const db = await warehouse()
  const first = await run(project, db).catch((thrown) => thrown)
  expect(first.message).toContain(
    'staging.model: range(n) fails for 90 rows\n  at sql/staging/model.sql:3:15',
  )
  expect(first.message).toContain('The first 20 rows are in audit.failures')
  expect(await db.rows('select * from audit.failures')).toHaveLength(20)
  const second = await run(project, db).catch((thrown) => thrown)
  expect(second.message).toBe(first.message)
  expect(await db.rows('select * from audit.failures')).toHaveLength(20)
  await writeFile(join(project.dir, 'sql', 'staging', 'model.sql'), 'select range as n from range(100)')
  await run(project, db)
  expect(await db.rows('select * from audit.failures')).toEqual([])
})

test('all failed audits of a model are told together, those of other models are not waited for', async () => {
  const head = 'columns:\n  a: {tests: [not_null, unique]}\n  b: {tests: [not_null]}'
  const project = await withModel(head, values('(1, null), (1, 2), (null, 3)', 'a, b'))
  const error = await run(project, await warehouse()).catch((thrown) => thrown)
  expect(error.faults.map(({ what }: { what: string }) => what)).toEqual([
    'staging.model: not_null(a) fails for 1 row',
    'staging.model: unique(a) fails for 2 rows',
    'staging.model: not_null(b) fails for 1 row',
  ])
})

test('a test file shows numbers and the plain columns of what it reads, and hides every other text', async () => {
  const project = await withModel(
    'columns:\n  full_name: {pii: direct}\n  city: {}',
    "select full_name, 'York' as city from raw.people",
  )
  await mkdir(join(project.dir, 'sql', 'tests'))
  await writeFile(
    join(project.dir, 'sql', 'tests', 'odd.sql'),
    '/*\nseverity: warn\n*/\nselect full_name, upper(full_name) as name, city, length(full_name) as n from staging.model;',
  )
  const db = await warehouse()
  await run(project, db)
  const kept = await db.rows<{ test: string; row: string }>('select test, row from audit.failures')
  expect(kept.map(({ test, row }) => [test, JSON.parse(row)])).toContainEqual([
    'odd',
    { full_name: '<12 characters>', name: '<12 characters>', city: 'York', n: 12 },
  ])
})

test('freshness: by how many days the newest row is too old on the as-of date', async () => {
  const head = (days: number) => `columns:\n  day: {}\ntests:\n  - freshness: {column: day, days: ${days}}`
  const days = values("(date '2024-03-20'), (date '2024-03-26'), (null)", 'day')
  // 26 March is five days before 31 March.
  expect(await failing(head(5), days)).toEqual({ 'freshness(day)': 0 })
  expect(await failing(head(3), days)).toEqual({ 'freshness(day)': 2 })
  expect(await failing(head(0), "select timestamp '2024-03-31 23:59:00' as day")).toEqual({
    'freshness(day)': 0,
  })
  expect(await failing(head(3), `${days} where day is null`)).toEqual({ 'freshness(day)': 1 })
  const error = await run(await withModel(head(3), days), await warehouse()).catch((thrown) => thrown)
  expect(error.message).toContain(
    'staging.model: freshness(day) is off by 2 days\n  at sql/staging/model.sql:5:',
  )
  expect(error.message).toContain('Expected a row whose day is at most 3 days before the as-of date.')
  const wrong = await run(
    await withModel(head(3).replace('column: day', 'column: dya'), days),
    await warehouse(),
  ).catch((thrown) => thrown)
  expect(wrong.message).toContain('freshness: no column is called dya')
  expect(wrong.message).toContain('Did you mean day?')
})

test('freshness is asked again when the as-of date moves on, although the rows stand', async () => {
  const project = await withModel(
    'columns:\n  day: {}\ntests:\n  - freshness: {column: day, days: 5}',
    "select date '2024-03-26' as day",
  )
  const db = await warehouse()
  await run(project, db)
  await expect(build(context(project, '2024-04-01'), db, { full: false, runId: 'x' })).rejects.toThrow(
    'freshness(day) is off by 1 day\n',
  )
})

/** The same without a table of a source: it stands in any database. */
async function alone(head: string, select: string): Promise<Project> {
  const project = await withModel(head, select)
  await rm(join(project.dir, 'sql', 'staging', 'people.sql'))
  return project
}

test('change: rows against the published version, unless that is of a later day', async () => {
  const rows = (n: number) => `select i from range(${n}) as r(i)`
  const head = 'columns:\n  i: {}\ntests:\n  - change: {max_drop: 0.1, max_rise: 0.5}'
  const first = await alone(head, rows(100))
  const dir = await scratch()
  const project = { ...first, paths: { ...first.paths, warehouse: join(dir, 'warehouse.duckdb') } }
  const published = await openDatabase(project.paths.warehouse)
  expect((await run(project, published)).audits).toEqual({ passed: 1, warned: 0, failed: 0 })
  published.close()
  const again = async (n: number, asOf = '2024-03-31') => {
    await writeFile(join(project.dir, 'sql/staging/model.sql'), `/*\n${head}\n*/\n${rows(n)}`)
    const db = await warehouse()
    return build(context(project, asOf), db, { full: false, runId: 'x' }).then(
      () => 'passed',
      (error) => error.message,
    )
  }
  expect(await again(90)).toBe('passed')
  expect(await again(150)).toBe('passed')
  expect(await again(88)).toContain('staging.model: change is off by 2 rows\n  at sql/staging/model.sql:5:')
  expect(await again(88)).toContain('Expected 90 to 150 rows, after 100 in the published version.')
  expect(await again(151)).toContain('change is off by 1 row')
  expect(await again(1, '2024-03-30')).toBe('passed')
})

test('change is asked every time: what is published may be another one', async () => {
  const head = 'columns:\n  i: {}\ntests:\n  - change: {max_drop: 0}'
  const first = await alone(head, 'select i from range(5) as r(i)')
  const project = {
    ...first,
    paths: { ...first.paths, warehouse: join(await scratch(), 'warehouse.duckdb') },
  }
  const db = await warehouse()
  await run(project, db)
  const published = await openDatabase(project.paths.warehouse)
  await run(await alone(head, 'select i from range(9) as r(i)'), published)
  published.close()
  await expect(run(project, db)).rejects.toThrow('change is off by 4 rows')
})

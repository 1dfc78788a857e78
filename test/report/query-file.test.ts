import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { openDatabase } from '../../pipelines/duckdb.ts'
import type { Fault } from '../../pipelines/error.ts'
import { parseQueries } from '../../pipelines/report/query-file.ts'
import { originOf, runQueries } from '../../pipelines/report/results.ts'

const parse = (text: string) => {
  const faults: Fault[] = []
  return { queries: parseQueries(text, 'queries.sql', faults), faults }
}

test('splits a file at its names and keeps where each query begins', () => {
  const { queries, faults } = parse(
    '-- about\n\n-- name: first\nselect 1;\n\n-- name: second :one\n-- why\nselect\n  2\n-- name: third :kept\nselect 3\n',
  )
  expect(faults).toEqual([])
  expect(queries).toEqual([
    { name: 'first', one: false, kept: false, sql: 'select 1', start: 25 },
    { name: 'second', one: true, kept: false, sql: '-- why\nselect\n  2', start: 57 },
    { name: 'third', one: false, kept: true, sql: 'select 3', start: 96 },
  ])
})

test('tells every bad name, double name and empty query, each with its line', () => {
  const { faults } = parse(
    '-- name: Bad Name\nselect 1\n-- name: a\nselect 1\n-- name: a\nselect 2\n-- name: b\n-- nothing\n',
  )
  expect(faults.map(({ what, where }) => [what, where?.line])).toEqual([
    ['a query needs a name', 1],
    ['two queries are named a', 5],
    ['the query b is empty', 7],
  ])
})

test('rows that are kept stand for their models in the queries that read them', async () => {
  const text =
    '-- name: chosen :kept\nselect a from core.one where a > 1\n-- name: read\nselect o.a from chosen join core.two as o using (a)\n'
  const { queries } = parse(text)
  const db = await openDatabase(':memory:')
  try {
    await db.run(sql`create schema core`)
    await db.run(sql`create table core.one as select unnest([1, 2, 3]) as a`)
    await db.run(sql`create table core.two as select unnest([3, 4]) as a`)
    const { read } = await runQueries(db, queries, 'queries.sql', text)
    expect(read).toEqual([{ a: 3 }])
    expect(originOf(read)?.models).toEqual(['core.one', 'core.two'])
  } finally {
    db.close()
  }
})

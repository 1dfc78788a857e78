import { expect, test } from 'vitest'
import type { Fault } from '../../pipelines/error.ts'
import { parseQueries } from '../../pipelines/report/query-file.ts'

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

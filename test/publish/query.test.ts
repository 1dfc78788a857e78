import { expect, test } from 'vitest'
import { query } from '../../pipelines/publish/query.ts'
import { emptyProject, publishNight } from './publishing.ts'

test('gives columns and rows, also when two columns share a name', async () => {
  const project = await emptyProject()
  await publishNight(project, 3)
  expect(
    await query(project, "select night, n, n, date '2024-03-31' as day from a where n < 2 order by n;"),
  ).toEqual({
    columns: ['night', 'n', 'n', 'day'],
    rows: [
      [3, 0, 0, '2024-03-31'],
      [3, 1, 1, '2024-03-31'],
    ],
  })
  expect((await query(project, 'pivot (from a where n < 3) on n using count(*)')).rows).toEqual([
    [3, 1, 1, 1],
  ])
  expect((await query(project, 'describe a')).rows.map(([name]) => name)).toEqual(['night', 'n'])
})

test('points into the statement when it does not run', async () => {
  const project = await emptyProject()
  await publishNight(project, 1)
  const error = await query(project, 'select n,\n  nihgt\nfrom a').catch((thrown) => thrown)
  expect(error.message).toBe(
    [
      'the query does not run: Referenced column "nihgt" not found in FROM clause',
      '  at the query:2:3',
      '  2 |   nihgt',
      '    |   ^',
      '  Did you mean night?',
    ].join('\n'),
  )
  await expect(query(project, 'select frm where')).rejects.toThrow('at the query:1:17')
  await expect(query(project, "select 'Ada Lovelace'::date")).rejects.toThrow('<12 characters>')
})

test.each([
  ['drop table a', 'read-only'],
  ["copy a to '/tmp/a.csv'", 'read-only'],
  ["attach ':memory:' as other", 'read-only'],
  ['select 1; select 2', 'one statement at a time'],
  ['-- nothing', 'one statement at a time'],
])('refuses %s', async (statement, why) => {
  const project = await emptyProject()
  await publishNight(project, 1)
  await expect(query(project, statement)).rejects.toThrow(why)
})

test('says so when nothing is published', async () => {
  await expect(query(await emptyProject(), 'select 1')).rejects.toThrow('nothing is published for empty')
})

import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareRows, type TextRow } from '../../pipelines/build/compare-rows.ts'
import { runCases } from '../../pipelines/build/run-cases.ts'
import { countFailed, printCases } from '../../pipelines/print-cases.ts'
import { baseDir, openProject, type Project } from '../../pipelines/project.ts'
import { contractedShop, edit } from './shop.ts'

const write = (project: Project, key: string, text: string) =>
  writeFile(join(project.dir, 'sql', `${key}.test.yaml`), text)

const orders = `
    staging.orders:
      - {order_id: o1, person_id: p1, ordered_on: 2024-01-05, currency: GBP, amount: 10}
      - {order_id: o2, person_id: p1, ordered_on: 2024-02-05, currency: EUR, amount: 5}`

test('rows that are given go through the model, in any order, with the columns that matter', async () => {
  const project = await contractedShop()
  await write(
    project,
    'core/customers',
    `
- name: sums in pounds
  as_of: 2024-03-31
  given: ${orders}
    staging.people:
      - {person_id: p2}
      - {person_id: p1, full_name: Ada}
  expect:
    - {paid: 12.5, customer_id: Pp1, full_name: Ada, first_order: 2024-01-05, orders: 2}
- name: nobody without orders
  as_of: 2024-03-31
  expect: []
- name: totals before names
  as_of: 2024-03-31
  given: ${orders}
  expect_cte: {name: totals, rows: [{person_id: p1, orders: 2}]}
`,
  )
  await write(
    project,
    'core/new_customers',
    `
- name: the last day of the span counts
  as_of: 2024-03-31
  params: {new_customer_days: 10}
  given:
    core.customers:
      - {customer_id: a, first_order: 2024-03-21}
      - {customer_id: b, first_order: 2024-03-20}
  expect: [{customer_id: a}]
`,
  )
  await write(
    project,
    'core/gaps',
    `
- name: a model in TypeScript
  as_of: 2024-03-31
  params: {lapse_quantile: 0.9}
  given: ${orders}
  expect: [{gap: 31, seen_on: 2024-03-31, currency: null, quantile: 0.9, orders: 1}]
`,
  )
  await write(
    project,
    'staging/people',
    `
- name: a table of a source
  as_of: 2024-03-31
  given: {raw.people: [{person_id: p1, full_name: Ada}]}
  expect: [{person_id: p1, full_name: Ada, born_on: null}]
`,
  )
  const results = await runCases(project, [])
  expect(printCases(results)).toBe('test: 6 of 6 cases of 4 models passed')
  expect((await runCases(project, ['core.customers+'])).map(({ model }) => model)).toEqual([
    'core.customers',
    'core.customers',
    'core.customers',
    'core.new_customers',
  ])
  expect(existsSync(project.paths.var)).toBe(false)
})

test('a difference is shown as a table: cells that differ, rows missing and unexpected', async () => {
  const project = await contractedShop()
  await write(
    project,
    'core/customers',
    `
- name: sums in pounds
  as_of: 2024-03-31
  given: ${orders}
      - {order_id: o3, person_id: p2, ordered_on: 2024-02-06, currency: GBP, amount: 1}
    staging.people: [{person_id: p1, full_name: Ada}, {person_id: p2, full_name: Lin}]
  expect:
    - {customer_id: Pp1, paid: 15, orders: 2}
    - {customer_id: Pp9, paid: 3, orders: 7}
`,
  )
  const results = await runCases(project, [])
  expect(countFailed(results)).toBe(1)
  expect(printCases(results)).toBe(
    [
      'core.customers: sums in pounds',
      '  at sql/core/customers.test.yaml:2:3',
      '              customer_id  paid                orders',
      '  ----------  -----------  ------------------  ------',
      '  differs     Pp1          15.0000 -> 12.5000  2',
      '  missing     Pp9          3.0000              7',
      '  unexpected  Pp2          1.0000              1',
      '',
      'test: 0 of 1 cases of 1 models passed',
    ].join('\n'),
  )
})

test('what is wrong with a case is told at its line, and the other cases run', async () => {
  const project = await contractedShop()
  await write(
    project,
    'core/customers',
    `
- name: unknown input
  as_of: 2024-03-31
  given: {staging.ordrs: []}
  expect: []
- name: unknown column
  as_of: 2024-03-31
  given: {staging.orders: [{order_id: o1, amuont: 1}]}
  expect: []
- name: unknown result
  as_of: 2024-03-31
  expect: [{piad: 1}]
- name: unknown parameter
  as_of: 2024-03-31
  params: {lapse_quantil: 1}
  expect: []
- name: unknown cte
  as_of: 2024-03-31
  expect_cte: {name: total, rows: []}
- name: not of the type
  as_of: 2024-03-31
  given: {staging.orders: [{ordered_on: yesterday}]}
  expect: []
- name: sound
  as_of: 2024-03-31
  expect: []
`,
  )
  const results = await runCases(project, [])
  expect(
    results.map(({ faults = [] }) => faults.map(({ what, where, how }) => [where?.line, what, how])),
  ).toEqual([
    [[4, 'core.customers does not read staging.ordrs', 'Did you mean staging.orders?']],
    [[8, 'no column is called amuont', 'Did you mean amount?']],
    [[12, 'no column is called piad', 'Did you mean paid?']],
    [[15, 'unknown parameter: lapse_quantil', 'Did you mean lapse_quantile?']],
    [[19, 'core.customers has no CTE called total', 'Did you mean totals?']],
    [[22, expect.stringContaining('invalid date field format'), undefined]],
    [],
  ])
})

test('a file that is not a list of cases, or tests no model, stops the run', async () => {
  const project = await contractedShop()
  await write(project, 'core/custmers', '- {name: a, as_of: 2024-03-31, expect: []}')
  await write(
    project,
    'core/customers',
    '- {name: a, as_of: 2024-03-31, expects: []}\n- {name: b, as_of: 2024-03-31}',
  )
  await write(project, 'core/gaps', 'name: a')
  const error = await runCases(project, []).catch((thrown) => thrown)
  expect(error.message).toContain('core/custmers.test.yaml tests no model')
  expect(error.message).toContain('Did you mean core.customers?')
  expect(error.message).toContain('expects')
  expect(error.message).toContain('give expect or expect_cte')
  expect(error.message).toContain('sql/core/gaps.test.yaml:1')
  await expect(runCases(project, ['changed'])).rejects.toMatchObject({ exitCode: 2 })
})

test('a model that does not stand is told with its own fault', async () => {
  const project = await contractedShop()
  await write(project, 'core/new_customers', '- {name: a, as_of: 2024-03-31, expect: []}')
  await edit(project, 'core/customers.sql', (text) => text.replace('people.full_name,', 'people.ful_name,'))
  await expect(runCases(project, [])).rejects.toThrow('does not have a column named "ful_name"')
})

test('rows that fit several expected ones are shared out so that as many as possible have one', () => {
  const row = fc.record({ a: fc.constantFrom('1', '2'), b: fc.constantFrom('1', '2', null) })
  const areEqual = (_: string, x: string | null, y: string | null) => x === y
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 6 }),
      fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      (rows, whole) => {
        // Each expected row stands for its own actual one, by all its columns or by one.
        const expected: TextRow[] = rows.map((one, i) => (whole[i] ? one : { a: one.a })).toReversed()
        expect(compareRows(expected, rows, areEqual)).toBeUndefined()
        const more = compareRows(expected, [...rows, { a: '3', b: '3' }], areEqual)
        expect(more?.unexpected).toEqual([{ a: '3', b: '3' }])
      },
    ),
    { numRuns: 200, seed: 20240331 },
  )
})

test("the project's own rules hold", async () => {
  const results = await runCases(await openProject(join(baseDir, 'data/demo')), [])
  expect(countFailed(results), printCases(results)).toBe(0)
  expect(new Set(results.map(({ model }) => model))).toContain('rfm.scores')
})

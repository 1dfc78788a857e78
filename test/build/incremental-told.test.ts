import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { plan } from '../../pipelines/build/build.ts'
import { check } from '../../pipelines/build/check.ts'
import { runCases } from '../../pipelines/build/run-cases.ts'
import { countFailed } from '../../pipelines/print-cases.ts'
import { printPlan } from '../../pipelines/print-plan.ts'
import { baseDir } from '../../pipelines/project.ts'
import { runCommand } from '../shop.ts'
import { context } from './alone.ts'
import { builtDaybook, daybook, editableDaybook, filledDaybook, night } from './daybook.ts'
import { contractedShop, edit } from './shop.ts'

test('the example of the documentation is what happens', async () => {
  const [project, db] = [await daybook(), await builtDaybook()]
  const guide = await readFile(join(baseDir, 'docs/models-incremental.md'), 'utf8')
  const fenced = (language: string) =>
    [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
      ([, text]) => text as string,
    )
  const [model, late] = fenced('sql')
  expect(model).toBe(await readFile(join(project.dir, 'sql/core/days.sql'), 'utf8'))
  await db.run(late as string)
  const [told, restated] = fenced('text') as [string, string]
  const lines: string[] = []
  const log = { ...context(project).log, line: (text: string) => lines.push(text) }
  await night(project, db, { log })
  expect(
    told
      .trim()
      .split('\n')
      .filter((line) => !lines.includes(line)),
  ).toEqual([])
  const restate = { from: '2024-02-01', to: '2024-02-29' }
  const work = { full: false, select: ['core.days+'], restate }
  expect(printPlan(await plan(context(project), db, work))).toBe(restated.trimEnd())
})

test('the plan tells which intervals, how many and why', async () => {
  const [project, db] = [await editableDaybook(), await filledDaybook()]
  await edit(project, 'core/days.sql', (text) =>
    text
      .replace('{staging.orders: ordered_on}', '{raw.orders: placed_at}')
      .replace('staging.orders as o', 'raw.orders as o')
      .replaceAll('o.ordered_on', 'cast(o.placed_at as date)')
      .replace('select cast(o.placed_at as date)', 'select cast(o.placed_at as date) as ordered_on'),
  )
  await night(project, db)
  await db.run(`
    delete from raw.orders where order_id = 6;
    insert into raw.orders values (7, 'Bath', '2024-01-06 08:00', 3, null), (8, 'Bath', '2024-01-07 08:00', 3, null)`)
  const planned = await plan(context(project, '2024-03-31'), db, { full: false })
  expect(planned.find(({ name }) => name === 'core.days')?.intervals).toEqual({
    interval: 'month',
    all: false,
    anew: [
      { interval: '2024-01', why: '+2 rows in raw.orders' },
      { interval: '2024-03', why: 'no rows left in raw.orders' },
    ],
    kept: 1,
    after: [],
  })
  const printed = printPlan(planned)
  expect(printed).toContain(
    'input raw.orders changed; 2 of 3 months made anew: 2024-01 (+2 rows in raw.orders), 2024-03 (no rows left in raw.orders)',
  )
  expect(printed).toContain('input core.days changed; which months is known when core.days is made')
  const lines: string[] = []
  await night(project, db, { log: { ...context(project).log, line: (text) => lines.push(text) } })
  expect(lines).toContain(
    'build core.days: 2 of 3 months made anew: 2024-01 (+2 rows in raw.orders), 2024-03 (no rows left in raw.orders)',
  )
})

const daysOfShop = `/*
kind: incremental
incremental: {time: ordered_on, interval: month, key: ordered_on, inputs: {staging.orders: ordered_on}}
*/
select ordered_on, count(*) as orders from staging.orders group by ordered_on
`

test('without data it is the SELECT that it is: for check and for unit tests', async () => {
  const project = await contractedShop()
  const path = join(project.dir, 'sql/core/days')
  await writeFile(`${path}.sql`, daysOfShop)
  const sound = await check(project, '2024-03-31')
  expect(sound).toMatchObject({ models: 6, audits: 16, faults: [] })
  await writeFile(
    `${path}.test.yaml`,
    `
- name: counts the orders of a day
  as_of: 2024-03-31
  given:
    staging.orders:
      - {order_id: o1, ordered_on: 2024-01-05}
      - {order_id: o2, ordered_on: 2024-01-05}
  expect:
    - {ordered_on: 2024-01-05, orders: 2}
`,
  )
  expect(countFailed(await runCases(project, ['core.days']))).toBe(0)
  await writeFile(`${path}.sql`, daysOfShop.replace('time: ordered_on', 'time: orders'))
  const [fault] = (await check(project, '2024-03-31')).faults
  expect(fault?.what).toBe('core.days.orders is BIGINT: an interval is told from a DATE or a TIMESTAMP')
})

test.each(['2024-02-30..2024-03-01', '2024-03-01..2024-02-01'])('--restate %s is refused', async (days) => {
  const { code, stderr } = await runCommand([
    'build',
    '--restate',
    days,
    '--project',
    'test/projects/daybook',
  ])
  expect(code).toBe(2)
  expect(stderr).toContain(`--restate ${days}: `)
})

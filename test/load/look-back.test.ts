import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { landingFingerprint } from '../../pipelines/landing.ts'
import { load } from '../../pipelines/load/load.ts'
import { silent } from '../../pipelines/log.ts'
import { lookBack } from '../../pipelines/look-back.ts'
import { openProject } from '../../pipelines/project.ts'
import type { StageContext } from '../../pipelines/stage.ts'
import { type Intake, openIntake } from '../intake.ts'

const shop = (historyDays = '') => ({
  shop: `
kind: files
format: {type: csv}
past_limit: keep_yesterday
when_missing: keep_yesterday
tables:
  members:
    path: input/members.csv
    key: [id]
    ${historyDays}
    columns: {id: VARCHAR, n: INTEGER}
  sales:
    pattern: input/sales-*.csv
    delivery: append
    required: false
    columns: {id: VARCHAR, n: INTEGER}
`,
})

const day = (n: number) => `2024-03-0${n}`
const csv = (rows: (readonly [string, number | string])[]) =>
  `id,n\n${rows.map(([id, n]) => `${id},${n}\n`).join('')}`

/** What comes on each night; nothing: the file is not there. */
const deliveries = [
  {
    members: [
      ['a', 1],
      ['b', 1],
    ],
  },
  {
    members: [
      ['a', 2],
      ['c', 1],
    ],
    sales: [['x', 5]],
  },
  {},
  {
    members: [
      ['a', 2],
      ['c', 'bad'],
    ],
    sales: [['late', 6]],
  },
  {
    members: [
      ['a', 3],
      ['b', 1],
      ['c', 3],
    ],
  },
] as { members?: [string, number | string][]; sales?: [string, number][] }[]

const tables = ['raw.members_history', 'raw.sales_history', 'quarantine.members', 'quarantine.sales']
const ledgers = ['loads', 'inputs', 'held', 'freshness', 'drift', 'columns'].map((name) => `ops.${name}`)
const everything = async (intake: Intake) =>
  Promise.all([...tables, ...ledgers].map((table) => intake.rows(`from ${table} order by all`)))

const contextOf = async (intake: Intake, asOf: string): Promise<StageContext> => ({
  project: await openProject(intake.dir),
  asOf,
  clock: () => new Date(0),
  log: silent,
  env: {},
})

async function nights(intake: Intake): Promise<unknown[]> {
  const known: unknown[] = []
  for (const [i, { members, sales }] of deliveries.entries()) {
    if (members) await intake.write('input/members.csv', csv(members))
    else await rm(join(intake.dir, 'input/members.csv'))
    if (sales) await intake.write(`input/sales-${i}.csv`, csv(sales))
    await intake.extract(day(i + 1))
    await intake.load({ asOf: day(i + 1) })
    known.push({ all: await everything(intake), id: await landingFingerprint(await openProject(intake.dir)) })
  }
  return known
}

async function knownOn(intake: Intake, asOf: string): Promise<unknown> {
  const { ctx } = await lookBack(await contextOf(intake, asOf))
  for (const schema of ['raw', 'quarantine', 'ops'])
    await intake.db.run(sql`drop schema if exists ${sql.table(schema)} cascade`)
  await load(ctx, intake.db, { full: true })
  return { all: await everything(intake), id: await landingFingerprint(ctx.project, ctx.knownBy) }
}

test('of every past night is known what was known then: changes, deletions, what was missed and what was held', async () => {
  const intake = await openIntake(shop())
  const known = await nights(intake)
  const held = await intake.rows<{ reason: string }>('select reason from ops.held')
  expect(held).toEqual([])
  await intake.compact(day(5))
  for (const [i, then] of known.entries()) expect(await knownOn(intake, day(i + 1)), day(i + 1)).toEqual(then)
  expect(new Set(known.map((then) => JSON.stringify(then))).size).toBe(known.length)
})

test('of days before the first night counts what that night brought; a night of today looks at all', async () => {
  const intake = await openIntake(shop())
  await nights(intake)
  const at = async (asOf: string) => lookBack(await contextOf(intake, asOf))
  const { ctx, warnings } = await at('2023-12-31')
  expect(ctx.knownBy).toBe(day(1))
  expect(warnings).toEqual([
    'as of 2023-12-31, by what the first night brought on 2024-03-01, up to that day',
  ])
  for (const asOf of [day(5), day(6)]) expect(await at(asOf)).toMatchObject({ ctx: { asOf }, warnings: [] })
  expect((await at(day(5))).ctx.knownBy).toBeUndefined()
})

test('history that is no longer kept cannot be looked back at, and the night that is due never looks back', async () => {
  const intake = await openIntake(shop('history_days: 2'))
  await nights(intake)
  await intake.compact(day(5))
  await expect(knownOn(intake, day(1))).rejects.toThrow('history of shop.members is kept since 2024-03-02')
  await expect(knownOn(intake, day(2))).resolves.toBeDefined()
  const due = { ...(await contextOf(intake, day(3))), clock: () => new Date('2024-03-04T02:00:00Z') }
  await expect(lookBack(due)).rejects.toThrow('landing already holds a night as of 2024-03-05')
})

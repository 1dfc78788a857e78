import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Intake, openIntake } from '../intake.ts'

const desk = (policy: string) => ({
  desk: `
kind: files
format: {type: csv}
${policy}
tables:
  orders:
    path: input/orders.csv
    key: [id]
    reject_limit: {share: 0.2}
    columns: {id: VARCHAR, n: INTEGER}
  people:
    path: input/people.csv
    key: [id]
    columns: {id: VARCHAR}
`,
})
const orders = (...ns: (number | string)[]) => `id,n\n${ns.map((n, i) => `${i + 1},${n}\n`).join('')}`
const people = (...ids: string[]) => `id\n${ids.map((id) => `${id}\n`).join('')}`

async function bring(intake: Intake, ns: (number | string)[], ids: string[]): Promise<void> {
  await intake.write('input/orders.csv', orders(...ns))
  await intake.write('input/people.csv', people(...ids))
}

const everything = async (intake: Intake) => {
  const tables = ['raw.orders_history', 'raw.people_history', 'quarantine.orders']
  const own = ['ops.loads', 'ops.inputs', 'ops.held', 'ops.freshness', 'ops.corrections']
  return Promise.all([...tables, ...own].map((table) => intake.rows(`from ${table} order by all`)))
}

const state = async (intake: Intake) => ({
  orders: (await intake.rows<{ n: number }>('select n from raw.orders order by id')).map(({ n }) => n),
  people: (await intake.rows<{ id: string }>('select id from raw.people order by id')).map(({ id }) => id),
  held: await intake.rows('select table_name, since, reason from ops.held'),
})

test('past its limit a source may stand as it was the night before, in all its tables, until it is set right', async () => {
  const intake = await openIntake(desk('past_limit: keep_yesterday'))
  await bring(intake, [1, 1, 1], ['ann'])
  await intake.night('2024-03-01')
  await bring(intake, [2, 'x', 'y'], ['ann', 'bo'])
  await intake.night('2024-03-02')
  const held = [{ table_name: 'orders', since: '2024-03-02', reason: 'past_limit' }]
  expect(await state(intake)).toEqual({ orders: [1, 1, 1], people: ['ann'], held })
  const incremental = await everything(intake)
  await intake.load({ full: true })
  expect(await everything(intake)).toEqual(incremental)
  // One of two bad rows comes right: still too many. Then the other one.
  await bring(intake, [3, 3, 'y'], ['bo'])
  await intake.night('2024-03-03')
  expect(await state(intake)).toEqual({ orders: [1, 1, 1], people: ['ann'], held })
  await bring(intake, [3, 3, 4], ['bo'])
  await intake.night('2024-03-04')
  expect(await state(intake)).toEqual({ orders: [3, 3, 4], people: ['bo'], held: [] })
  const mended = await everything(intake)
  await intake.load({ full: true })
  expect(await everything(intake)).toEqual(mended)
  expect(
    await intake.rows(
      "select n, _valid_from as f, _valid_to as t from raw.orders_history where id = '2' order by f",
    ),
  ).toEqual([
    { n: 1, f: '2024-03-01', t: '2024-03-03' },
    { n: 3, f: '2024-03-03', t: null },
  ])
})

test('without a night before there is nothing to go on with', async () => {
  const intake = await openIntake(desk('past_limit: keep_yesterday\nwhen_missing: keep_yesterday'))
  await expect(intake.night()).rejects.toThrow(/desk\.orders: nothing to read/)
  await bring(intake, ['x', 'y'], [])
  await expect(intake.night()).rejects.toThrow(/2 of 2 rows of load 000001-\w+ break the contract/)
})

test('a stopped night goes on once the source has sent what was bad again', async () => {
  const intake = await openIntake(desk(''))
  await bring(intake, [1, 1, 1], ['ann'])
  await intake.night('2024-03-01')
  await bring(intake, [2, 'x', 'y'], ['ann'])
  await expect(intake.night('2024-03-02')).rejects.toThrow(/2 of 3 rows/)
  await bring(intake, [2, 2, 2], ['ann'])
  await intake.night('2024-03-03')
  expect(await state(intake)).toEqual({ orders: [2, 2, 2], people: ['ann'], held: [] })
})

test('a source that is not there may be missed: what landed of it meanwhile waits for the rest', async () => {
  const intake = await openIntake(desk('when_missing: keep_yesterday'))
  await bring(intake, [1], ['ann'])
  await intake.night('2024-03-01')
  await intake.write('input/orders.csv', orders(2))
  await rm(join(intake.dir, 'input/people.csv'))
  await intake.night('2024-03-02')
  const held = [{ table_name: null, since: '2024-03-02', reason: 'missing' }]
  expect(await state(intake)).toEqual({ orders: [1], people: ['ann'], held })
  expect(intake.said).toContainEqual(
    expect.stringMatching(/^desk: not read, yesterday's data stand: desk\.people/),
  )
  await intake.write('input/orders.csv', orders(3))
  await intake.night('2024-03-03')
  expect(await state(intake)).toEqual({ orders: [1], people: ['ann'], held })
  const incremental = await everything(intake)
  await intake.load({ full: true })
  expect(await everything(intake)).toEqual(incremental)
  await intake.write('input/people.csv', people('bo'))
  await intake.night('2024-03-04')
  expect(await state(intake)).toEqual({ orders: [3], people: ['bo'], held: [] })
})

test('how old each table is is data: of files the last news, of databases the last reading', async () => {
  const intake = await openIntake({
    files:
      'kind: files\nformat: {type: csv}\ntables:\n  orders: {path: input/orders.csv, expected: daily, columns: {id: VARCHAR}}\n',
    till: 'kind: sqlite\npath: input/till.sqlite\ntables:\n  shops: {expected: {days: 1, severity: error}, columns: {id: VARCHAR}}\n',
  })
  await intake.write('input/orders.csv', orders(1))
  intake.sqlite('input/till.sqlite', 'create table shops (id text)', "insert into shops values ('a')")
  await intake.extract('2024-03-01')
  await intake.extract('2024-03-04')
  const ages = (asOf: string) =>
    intake
      .load({ asOf })
      .then(() =>
        intake.rows('select table_name as t, last_new as n, age_days as a, is_late as l from ops.freshness'),
      )
  expect(await ages('2024-03-05')).toEqual([
    { t: 'orders', n: '2024-03-01', a: 4, l: true },
    { t: 'shops', n: '2024-03-01', a: 1, l: false },
  ])
  await expect(ages('2024-03-06')).rejects.toThrow(
    /till\.shops is 2 days old on 2024-03-06; it is expected every 1 days\n {2}at .*till\.yaml:4:3/,
  )
})

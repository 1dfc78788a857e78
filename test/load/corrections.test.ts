import { expect, test } from 'vitest'
import { type Intake, openIntake } from '../intake.ts'

const contract = (limit: string) => ({
  desk: `
kind: files
format: {type: csv}
tables:
  orders:
    path: input/orders.csv
    key: [id]
    reject_limit: ${limit}
    columns:
      id: {type: VARCHAR, from: no}
      on_day: {type: DATE}
      name: {type: VARCHAR, pii: direct}
    checks: {not_before_2000: on_day >= date '2000-01-01'}
`,
})
const bad = '{share: 1}'
const delivered = `no,on_day,name
1,2024-01-01,Ann
2,1024-01-02,Bo
3,2024-13-03,Cy
4,2024-01-04,Di,more
`

const loadId = async (intake: Intake) =>
  (await intake.rows<{ id: string }>('select load_id as id from ops.loads'))[0]?.id as string

const trail = (intake: Intake) =>
  intake.rows('select _row, reason, fields, outcome, file, line from ops.corrections order by _row')

test('mended rows stand in for those in quarantine, are checked again, and the trail says so', async () => {
  const intake = await openIntake(contract(bad))
  await intake.write('input/orders.csv', delivered)
  expect(await intake.night('2024-03-01')).toMatchObject([{ read: 4, loaded: 1, quarantined: 3 }])
  const id = await loadId(intake)
  await intake.write(
    'corrections/desk.orders.csv',
    `_load_id,_row,_reason,no,on_day,name\r\n${id},2,check,2,2024-01-02,Bo\r\n${id},3,,3,2024-02-30,Cy\r\n${id},4,,4,2024-01-04,"Di\nLee"\r\n`,
  )
  expect(await intake.load()).toEqual([
    { source: 'desk', table: 'orders', read: 4, loaded: 3, quarantined: 1, superseded: 0, mended: 2 },
  ])
  expect(await intake.rows('select id, on_day, name, _row, _load_id from raw.orders order by id')).toEqual([
    { id: '1', on_day: '2024-01-01', name: 'Ann', _row: 1, _load_id: id },
    { id: '2', on_day: '2024-01-02', name: 'Bo', _row: 2, _load_id: id },
    { id: '4', on_day: '2024-01-04', name: 'Di\nLee', _row: 4, _load_id: id },
  ])
  const file = 'corrections/desk.orders.csv'
  const fields = ['no', 'on_day', 'name']
  expect(await trail(intake)).toEqual([
    { _row: 2, reason: 'check:not_before_2000', fields: ['on_day'], outcome: 'taken in', file, line: 2 },
    { _row: 3, reason: 'cast:on_day', fields: ['on_day'], outcome: 'quarantined', file, line: 3 },
    { _row: 4, reason: 'ragged', fields, outcome: 'taken in', file, line: 4 },
  ])
  expect(await intake.rows('select _row, reason, value from quarantine.orders')).toEqual([
    { _row: 3, reason: 'cast:on_day', value: '2024-02-30' },
  ])
  expect(intake.said.at(-1)).toMatch(/2 taken in that had been in quarantine/)
  // What comes later follows the mended row as it would any other.
  await intake.write('input/orders.csv', delivered.replace('1024-01-02', '2024-02-02'))
  await intake.night('2024-03-02')
  expect(
    await intake.rows("select on_day, _valid_to as t from raw.orders_history where id = '2' order by 1"),
  ).toEqual([
    { on_day: '2024-01-02', t: '2024-03-02' },
    { on_day: '2024-02-02', t: null },
  ])
})

test('corrections take a load below its limit', async () => {
  const intake = await openIntake(contract('{count: 2}'))
  await intake.write('input/orders.csv', delivered)
  await expect(intake.night()).rejects.toThrow(/3 of 4 rows/)
  const [name] = await intake.landing('desk', 'orders')
  await intake.write('corrections/desk.orders.csv', `_load_id,_row,on_day\n${name},2,2024-01-02\n`)
  expect(await intake.load()).toMatchObject([{ loaded: 2, quarantined: 2 }])
})

test('a correction of nothing is an error at its line, and tells no value', async () => {
  const intake = await openIntake(contract(bad))
  await intake.write('input/orders.csv', delivered)
  await intake.night()
  const id = await loadId(intake)
  const attempt = async (text: string, file = 'desk.orders.csv') => {
    await intake.write(`corrections/${file}`, text)
    return intake.load().then(
      () => 'loaded',
      (error: Error & { exitCode: number }) => `${error.exitCode} ${error.message}`,
    )
  }
  expect(await attempt(`_load_id,_row,on_day\n${id},1,2024-01-01\n`)).toMatch(
    /^2 row 1 of load 000001-\w+ is not in quarantine of desk\.orders\n {2}at .*corrections\/desk\.orders\.csv:2/,
  )
  expect(await attempt(`_load_id,_row,on_day\n${id},9,2024-01-01\n`)).toMatch(/row 9 .* is not in quarantine/)
  expect(await attempt(`_load_id,_row,on_dai\n${id},2,2024-01-01\n`)).toMatch(
    /no column 'on_dai'[\s\S]*on_day/,
  )
  expect(await attempt('_load_id,_row\n000007-0123456789ab,2\n')).toMatch(
    /^2 desk\.orders has no load 000007-0123456789ab/,
  )
  expect(
    await attempt(`_load_id,_row,name\n${id},2,Zoe Secret,more\n${id},x,Zoe\n${id},3,\n${id},3,\n`),
  ).toBe(
    [
      '2 4 fields where the header has 3',
      `  at ${intake.dir}/corrections/desk.orders.csv:2`,
      '',
      '_row is no position: a whole number from 1',
      `  at ${intake.dir}/corrections/desk.orders.csv:3`,
      '',
      `row 3 of load ${id} is corrected twice`,
      `  at ${intake.dir}/corrections/desk.orders.csv:5`,
    ].join('\n'),
  )
  expect(await attempt('a\n')).toMatch(/need the columns _load_id and _row/)
  await intake.write('corrections/desk.orders.csv', '_load_id,_row\n')
  expect(await attempt('', 'desk.ordres.csv')).toMatch(
    /no contract names[\s\S]*Did you mean desk\.orders\.csv\?/,
  )
})

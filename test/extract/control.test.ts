import { expect, test } from 'vitest'
import { openIntake } from '../intake.ts'

const desk = (more = '') => ({
  desk: `
kind: files
format: {type: csv}
${more}
tables:
  orders:
    path: input/orders.csv
    key: [id]
    control: {file: 'input/{stem}.ctl', rows: records, sums: {amount: total}}
    columns: {id: VARCHAR, amount: {type: 'DECIMAL(18,2)', from: Amount}}
`,
})

test('what came is held against what its sender says: number of rows, and sums, of the whole delivery', async () => {
  const intake = await openIntake(desk())
  await intake.write('input/orders.csv', 'id,Amount\na,1.10\nb,2.25\n')
  await expect(intake.night()).rejects.toThrow(
    /orders\.csv came without its control totals[\s\S]*orders\.ctl/,
  )
  await intake.write('input/orders.ctl', 'records=3\ntotal=3.36\n')
  await expect(intake.night()).rejects.toThrow(
    /desk\.orders: orders\.csv holds 2 rows, its control total says 3[\s\S]*holds amount of 3\.35, its control total says 3\.36/,
  )
  expect((await intake.landing('desk', 'orders')).filter((name) => /^\d/.test(name))).toEqual([])
  for (const text of [
    '{"Records": 2, "Total": 3.35}',
    'records,total\n2,3.350\n',
    'Records: 2\nTotal: 3.35',
  ]) {
    await intake.write('input/orders.ctl', text)
    await intake.extract()
  }
  expect(await intake.load()).toMatchObject([{ read: 2, loaded: 2 }])
  // Only a row changes; the totals are those of both.
  await intake.write('input/orders.csv', 'id,Amount\na,1.10\nb,3.00\n')
  await intake.write('input/orders.ctl', 'records=2\ntotal=4.10\n')
  expect(await intake.night('2024-03-02')).toMatchObject([{ read: 3 }])
  await intake.write('input/orders.ctl', 'records=two\ntotal=4.10\n')
  await intake.write('input/orders.csv', 'id,Amount\na,1.10\n')
  await expect(intake.night('2024-03-03')).rejects.toThrow(/has no number 'records'/)
})

test('a source that may be missed is held when its control totals do not agree', async () => {
  const intake = await openIntake(desk('when_missing: keep_yesterday'))
  await intake.write('input/orders.csv', 'id,Amount\na,1\n')
  await intake.write('input/orders.ctl', 'records=1\ntotal=1\n')
  await intake.night('2024-03-01')
  await intake.write('input/orders.csv', 'id,Amount\na,2\n')
  await intake.night('2024-03-02')
  expect(await intake.rows('select amount from raw.orders')).toEqual([{ amount: 1 }])
  expect(await intake.rows('select said from ops.held')).toEqual([
    { said: 'desk.orders: orders.csv holds amount of 2, its control total says 1' },
  ])
})

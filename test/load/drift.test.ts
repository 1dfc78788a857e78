import { expect, test } from 'vitest'
import { openIntake } from '../intake.ts'

const orders = (drift: string) => ({
  desk: `
kind: files
format: {type: csv}
tables:
  orders:
    path: input/orders.csv
    unknown_columns: evolve
    drift: ${drift}
    columns:
      id: VARCHAR
      n: INTEGER
      shop: {type: VARCHAR, optional: true}
`,
})

/** A hundred orders; `n` runs from `from` on, `shop` is null for the first `without`. */
const csv = (rows: number, from: number, without: number) =>
  `id,n,shop\n${Array.from({ length: rows }, (_, i) => `${i},${from + i},${i < without ? '' : 'x'}\n`).join('')}`

test('sudden changes are data: rows, nulls and distribution against the state before', async () => {
  const intake = await openIntake(orders('{rows: 0.5, nulls: 0.2, psi: 0.25}'))
  await intake.write('input/orders.csv', csv(100, 0, 10))
  await intake.night('2024-03-01')
  const drift = () =>
    intake.rows(
      'select measure as m, column_name as c, before as b, now, value as v, status as s from ops.drift',
    )
  expect(await drift()).toContainEqual({ m: 'rows', c: null, b: 0, now: 100, v: null, s: 'passed' })
  await intake.write('input/orders.csv', csv(60, 50, 30))
  await intake.night('2024-03-02')
  const rows = await drift()
  expect(rows).toContainEqual({ m: 'rows', c: null, b: 100, now: 60, v: 0.4, s: 'passed' })
  expect(rows).toContainEqual({ m: 'nulls', c: 'shop', b: 0.1, now: 0.5, v: 0.4, s: 'warned' })
  // n ran from 0 to 99 and runs from 50 to 109: five tenths of a tenth each (five are empty), the last of 20 of 60.
  // 5 * (0.0001 - 0.1) * ln(0.0001 / 0.1) + 4 * (1/6 - 0.1) * ln(1/6 / 0.1) + (1/3 - 0.1) * ln(1/3 / 0.1)
  const psi = 5 * 0.0999 * Math.log(1000) + 4 * (1 / 15) * Math.log(5 / 3) + (7 / 30) * Math.log(10 / 3)
  const n = rows.find(({ m, c }) => m === 'psi' && c === 'n') as { v: number; s: string }
  expect(n.s).toBe('warned')
  expect(n.v).toBeCloseTo(psi, 1)
  const incremental = await intake.rows('from ops.drift order by all')
  await intake.load({ full: true })
  expect(await intake.rows('from ops.drift order by all')).toEqual(incremental)
})

test('a change past a threshold of severity error stops the night until the load is accepted', async () => {
  const intake = await openIntake(orders('{rows: 0.5, severity: error}'))
  await intake.write('input/orders.csv', csv(10, 0, 0))
  await intake.night('2024-03-01')
  await intake.write('input/orders.csv', csv(4, 0, 0))
  await expect(intake.night('2024-03-02')).rejects.toThrow(
    /desk\.orders: rows 10 -> 4 \(0\.6; the limit is 0\.5\)[\s\S]*accept: \[000002-\w+\]/,
  )
  const [, name] = await intake.landing('desk', 'orders')
  await intake.write('sources/desk.yaml', orders(`{rows: 0.5, severity: error, accept: [${name}]}`).desk)
  expect(await intake.load()).toMatchObject([{ read: 14 }])
})

test('columns that come, go or change their type are data', async () => {
  const intake = await openIntake(orders('{}'))
  await intake.write('input/orders.csv', 'id,n\n1,1\n')
  await intake.night('2024-03-01')
  await intake.write('input/orders.csv', 'id,n,shop,more\n1,1,x,y\n')
  await intake.night('2024-03-02')
  await intake.write('input/orders.csv', 'id,n,more\n1,1,z\n')
  await intake.night('2024-03-03')
  expect(
    await intake.rows('select as_of as d, column_name as c, change from ops.columns order by as_of, c'),
  ).toEqual([
    { d: '2024-03-02', c: 'more', change: 'came' },
    { d: '2024-03-02', c: 'shop', change: 'came' },
    { d: '2024-03-03', c: 'shop', change: 'went' },
  ])
  expect(await intake.rows('select id, more from raw.orders')).toEqual([{ id: '1', more: 'z' }])
})

test('against several loads it is the median that counts: one odd night is no measure', async () => {
  const intake = await openIntake(orders('{loads: 3, rows: 0.3, nulls: 0.2, psi: 0.25, severity: error}'))
  const nights = [100, 104, 96, 100]
  for (const [i, rows] of nights.entries()) {
    await intake.write('input/orders.csv', csv(rows, 0, i === 2 ? 20 : 10))
    await intake.night(`2024-03-0${i + 1}`)
  }
  const drift = () =>
    intake.rows(
      'select measure as m, column_name as c, before as b, now, value as v, status as s from ops.drift order by m, c',
    )
  // The three nights before: 100, 104 and 96 rows; shares of nulls 0.1, 0.0962 and 0.2083.
  expect(await drift()).toMatchObject([
    { m: 'nulls', c: 'id', b: 0, now: 0, v: 0 },
    { m: 'nulls', c: 'n', b: 0, now: 0, v: 0 },
    { m: 'nulls', c: 'shop', b: 0.1, now: 0.1, v: 0 },
    { m: 'psi', c: 'id' },
    { m: 'psi', c: 'n', s: 'passed' },
    { m: 'psi', c: 'shop', s: 'passed' },
    { m: 'rows', c: null, b: 100, now: 100, v: 0, s: 'passed' },
  ])
  await intake.write('sources/desk.yaml', orders('{loads: 3, rows: 0.3, severity: error}').desk)
  // Slowly sinking, no night is far from the one before; from the median it is.
  const sinks = async (rows: number, day: number) => {
    await intake.write('input/orders.csv', csv(rows, 0, Math.round(rows / 10)))
    return intake.night(`2024-03-0${day}`)
  }
  await sinks(80, 5)
  await expect(sinks(60, 6)).rejects.toThrow(
    /desk\.orders: rows 96 -> 60 \(0\.375, by the median of up to 3 loads; the limit is 0\.3\)/,
  )
})

test('what is appended is measured by what each day brought', async () => {
  const appended = orders('{loads: 2, rows: 0.5}').desk.replace('unknown_columns: evolve', 'delivery: append')
  const intake = await openIntake({
    desk: appended.replace('path: input/orders.csv', "pattern: 'input/*.csv'"),
  })
  for (const [i, rows] of [10, 12, 3].entries()) {
    await intake.write(`input/${i}.csv`, csv(rows, i * 100, 0))
    await intake.night(`2024-03-0${i + 1}`)
  }
  expect(
    await intake.rows(
      "select before as b, now, value as v, status as s from ops.drift where measure = 'rows'",
    ),
  ).toEqual([{ b: 11, now: 3, v: 0.7273, s: 'warned' }])
})

test('columns that are left out are a fault, or null where the table may evolve; never what must be there', async () => {
  const evolving = orders('{}').desk.replace(
    'unknown_columns: evolve',
    'missing_columns: evolve\n    key: [id]',
  )
  const intake = await openIntake({
    desk: evolving.replace('missing_columns: evolve', 'missing_columns: freeze'),
  })
  await intake.write('input/orders.csv', 'id,n,shop\n1,7,x\n')
  await intake.night('2024-03-01')
  await intake.write('input/orders.csv', 'id,shop\n1,y\n')
  await expect(intake.extract('2024-03-02')).rejects.toThrow(/no column 'n' for desk\.orders/)
  await intake.write('sources/desk.yaml', evolving)
  await intake.night('2024-03-02')
  expect(await intake.rows('select id, n, shop from raw.orders')).toEqual([{ id: '1', n: null, shop: 'y' }])
  expect(await intake.rows('select column_name as c, change from ops.columns')).toEqual([
    { c: 'n', change: 'went' },
  ])
  await intake.write('input/orders.csv', 'n,shop\n1,y\n')
  await expect(intake.extract('2024-03-03')).rejects.toThrow(/no column 'id' for desk\.orders/)
})

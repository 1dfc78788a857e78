import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Intake, openIntake } from '../intake.ts'
import { extractAndKillAt, landed } from './landed.ts'

const sources = {
  desk: `
kind: sqlite
path: input/desk.sqlite
tables:
  orders: {key: [id], columns: {id: VARCHAR, status: VARCHAR}}
  events: {delivery: append, cursor: moment, columns: {moment: INTEGER, what: VARCHAR}}
  rates: {columns: {rate: DOUBLE}}
`,
  files: `
kind: files
tables:
  people: {path: input/people.csv, format: {type: csv}, delivery: append, columns: {name: VARCHAR, city: VARCHAR}}
`,
}

const numbers = (from: number, to: number) =>
  `(with recursive c(value) as (select ${from} union all select value + 1 from c where value < ${to}) select value from c)`

/** Delivers the second night on top of the first: changed, deleted and new rows, and a file with bad records. */
async function deliver(intake: Intake): Promise<void> {
  intake.sqlite(
    'input/desk.sqlite',
    'create table orders (id text primary key, status text); create table events (moment int, what text); create table rates (rate real)',
    `insert into orders select 'o' || value, 'new' from ${numbers(1, 20_000)}`,
    `insert into events select value / 10, 'e' || value from ${numbers(1, 20_000)}`,
    `insert into rates select value / 7.0 from ${numbers(1, 2000)}`,
  )
  await intake.write('input/people.csv', 'name,city\nAnn,Leeds\n')
  await intake.extract('2024-02-29')
  intake.sqlite(
    'input/desk.sqlite',
    "update orders set status = 'sent' where id like '%7'; delete from orders where id like '%99'; update rates set rate = rate + 1",
    `insert into events select 2000, 'late ' || value from ${numbers(1, 500)}`,
  )
  await intake.write('input/people.csv', `name,city\n${'Bo,York\nCy\n'.repeat(10_000)}`)
}

/** Moments of a run by what can be seen of it: while a table is read, while it is written, once it stands. */
const moments = [
  'desk/orders/.work',
  'desk/orders/.load',
  'desk/orders/000002',
  'desk/events/.load',
  'desk/rates/000002',
  'files/people/.work',
]

/** The name of the second load holds its checksum, which an undisturbed run has told. */
function signOf(moment: string, undisturbed: Record<string, unknown>): string {
  const [table = '', isLoad] = moment.split('000002')
  const load = Object.keys(undisturbed).find((key) => key.startsWith(`${table}000002-`))
  return isLoad === undefined ? moment : join(load as string, '..')
}

test(`killed at ${moments.length} moments, landing shows whole loads only, and the next run ends as an undisturbed one`, async () => {
  const intake = await openIntake(sources)
  const [made, saved] = [join(intake.dir, 'var'), join(intake.dir, 'saved')]
  await deliver(intake)
  await cp(made, saved, { recursive: true })
  // In a process of its own, as those that are killed.
  expect(await extractAndKillAt(intake.dir, join(intake.dir, 'nowhere'))).toBe(false)
  const undisturbed = await landed(intake)
  expect(Object.keys(undisturbed).filter((key) => key.endsWith('manifest.json'))).toHaveLength(8)
  expect(Object.keys(undisturbed).some((key) => key.endsWith('rejects.parquet'))).toBe(true)
  let struck = 0
  for (const moment of moments) {
    await rm(made, { recursive: true })
    await cp(saved, made, { recursive: true })
    if (await extractAndKillAt(intake.dir, join(made, 'landing', signOf(moment, undisturbed)))) struck += 1
    // Whatever can be seen is what an undisturbed run would have shown, file by file.
    for (const [key, content] of Object.entries(await landed(intake)))
      expect({ [key]: content }).toEqual({ [key]: undisturbed[key] })
    await intake.extract()
    expect(await landed(intake)).toEqual(undisturbed)
  }
  expect(struck).toBeGreaterThanOrEqual(moments.length / 2)
}, 180_000)

import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Intake, openIntake } from '../intake.ts'
import { extractAndKill, landed } from './landed.ts'

const kills = 8

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

test(`killed at ${kills} moments, landing shows whole loads only, and the next run ends as an undisturbed one`, async () => {
  const intake = await openIntake(sources)
  const [made, saved] = [join(intake.dir, 'var'), join(intake.dir, 'saved')]
  await deliver(intake)
  await cp(made, saved, { recursive: true })
  const start = performance.now()
  expect(await extractAndKill(intake.dir, 60_000)).toBe(false)
  const whole = performance.now() - start
  const undisturbed = await landed(intake)
  expect(Object.keys(undisturbed).filter((key) => key.endsWith('manifest.json'))).toHaveLength(8)
  expect(Object.keys(undisturbed).some((key) => key.endsWith('rejects.parquet'))).toBe(true)
  let struck = 0
  for (let kill = 0; kill < kills; kill++) {
    await rm(made, { recursive: true })
    await cp(saved, made, { recursive: true })
    // Loading the program takes the first part of the time: the moments lie in the rest.
    if (await extractAndKill(intake.dir, whole * (0.3 + (0.7 * (kill + 0.5)) / kills))) struck += 1
    // Whatever can be seen is what an undisturbed run would have shown, file by file.
    for (const [key, content] of Object.entries(await landed(intake)))
      expect({ [key]: content }).toEqual({ [key]: undisturbed[key] })
    if (kill % 2 === 0) expect(await extractAndKill(intake.dir, 60_000)).toBe(false)
    else await intake.extract()
    expect(await landed(intake)).toEqual(undisturbed)
  }
  expect(struck).toBeGreaterThanOrEqual(kills / 2)
}, 180_000)

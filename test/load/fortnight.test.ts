import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { landedTable } from '../../pipelines/landing.ts'
import { openProject } from '../../pipelines/project.ts'
import { type Intake, openIntake } from '../intake.ts'

const sources = {
  files: `
kind: files
format: {type: csv}
tables:
  members:
    path: input/members.csv
    key: [id]
    history_days: 4
    reject_limit: {share: 1}
    columns: {id: VARCHAR, n: INTEGER}
    checks: {n_not_negative: n >= 0}
  rates:
    path: input/rates.csv
    columns: {id: VARCHAR, n: INTEGER}
  sales:
    pattern: input/sales-*.csv
    delivery: append
    required: false
    columns: {id: VARCHAR, n: INTEGER}
`,
  desk: `
kind: sqlite
path: input/desk.sqlite
tables:
  events:
    delivery: append
    cursor: at
    columns: {id: VARCHAR, at: INTEGER}
`,
}

interface Row {
  id: string
  n: number
}
interface Version extends Row {
  from: string
  to: string | null
}

const row = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', '茶'), n: fc.integer({ min: -1, max: 3 }) })
const night = fc.record({
  /** Nights of the same day, of the next, and after a gap. */
  daysOn: fc.constantFrom(0, 1, 1, 1, 3),
  /** Nothing: the file of the night before lies there still. */
  members: fc.option(fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 5 }), { freq: 4 }),
  rates: fc.option(fc.array(row, { maxLength: 3 }), { freq: 2 }),
  /** New rows of sales in a file of this day, or of one long gone by. */
  sales: fc.option(fc.record({ rows: fc.array(row, { minLength: 1, maxLength: 3 }), late: fc.boolean() })),
  /** A file that came before comes again under another name. */
  repeats: fc.boolean(),
  /** How far each event lies past the last one: 0 is the same moment. */
  events: fc.array(fc.constantFrom(0, 0, 1, 2), { maxLength: 3 }),
  /** The extract is broken off once, and leaves half of a load behind. */
  breaks: fc.boolean(),
  /** Landing is put together after the extract, as in a night in which that is due. */
  compacts: fc.boolean(),
})
type Night = typeof night extends fc.Arbitrary<infer T> ? T : never

/** What a firm that loses nothing would know. */
class Truth {
  members: Version[] = []
  rates: Version[] = []
  sales: Row[] = []
  events: { id: string; at: number }[] = []
  #delivered = new Map<string, number>()
  #rates = ''

  membersCame(rows: Row[], day: string): void {
    for (const { id, n } of rows) {
      if (this.#delivered.get(id) === n) continue
      this.#delivered.set(id, n)
      if (n < 0) continue
      this.#end(this.members, day, id)
      this.members.push({ id, n, from: day, to: null })
    }
    for (const id of this.#delivered.keys()) {
      if (rows.some((row) => row.id === id)) continue
      this.#delivered.delete(id)
      this.#end(this.members, day, id)
    }
  }

  ratesCame(rows: Row[], day: string): void {
    if (JSON.stringify(rows) === this.#rates) return
    this.#rates = JSON.stringify(rows)
    this.#end(this.rates, day)
    this.rates.push(...rows.map((row) => ({ ...row, from: day, to: null })))
  }

  #end(versions: Version[], day: string, id?: string): void {
    for (const one of versions) if (one.to === null && (id === undefined || one.id === id)) one.to = day
  }
}

const csv = (rows: Row[]) => `id,n\n${rows.map(({ id, n }) => `${id},${n}\n`).join('')}`
const dayAfter = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

async function deliver(intake: Intake, truth: Truth, night: Night, index: number, day: string) {
  if (night.members || index === 0) {
    await intake.write('input/members.csv', csv(night.members ?? []))
    truth.membersCame(night.members ?? [], day)
  }
  if (night.rates || index === 0) {
    await intake.write('input/rates.csv', csv(night.rates ?? []))
    truth.ratesCame(night.rates ?? [], day)
  }
  if (night.sales) {
    // Each file is another: the number of the night stands in its first row.
    const rows = [{ id: `night ${index}`, n: index }, ...night.sales.rows]
    await intake.write(`input/sales-${night.sales.late ? '0000' : day}-${index}.csv`, csv(rows))
    if (night.repeats) await intake.write(`input/sales-${day}-${index}-again.csv`, csv(rows))
    truth.sales.push(...rows)
  }
  let at = truth.events.at(-1)?.at ?? 0
  intake.sqlite('input/desk.sqlite', 'create table if not exists events (id text, at integer)')
  for (const step of night.events) {
    at += step
    const event = { id: `event ${truth.events.length}`, at }
    intake.sqlite('input/desk.sqlite', `insert into events values ('${event.id}', ${event.at})`)
    truth.events.push(event)
  }
}

/** Stops in the middle of the extract, and leaves what a killed one leaves. */
async function breakOff(intake: Intake, day: string): Promise<void> {
  intake.watch = (text) => {
    if (text.includes('files.rates')) throw new Error('killed')
  }
  await expect(intake.extract(day)).rejects.toThrow('killed')
  delete intake.watch
  for (const name of ['.load', '999999-0123456789ab'])
    await mkdir(join(intake.dir, 'var/landing/files/sales', name), { recursive: true })
}

async function startAnew(intake: Intake): Promise<void> {
  for (const made of ['var', 'input']) await rm(join(intake.dir, made), { recursive: true, force: true })
  await mkdir(join(intake.dir, 'input'))
  for (const schema of ['raw', 'quarantine', 'ops'])
    await intake.db.run(sql`drop schema if exists ${sql.table(schema)} cascade`)
}

const tables = ['members', 'rates', 'sales', 'events']
const everything = async (intake: Intake) => ({
  ...Object.fromEntries(
    await Promise.all(
      tables.flatMap((table) => [
        intake.rows(`from raw.${table}_history order by all`).then((rows) => [table, rows]),
        intake.rows(`from quarantine.${table} order by all`).then((rows) => [`bad ${table}`, rows]),
      ]),
    ),
  ),
  loads: await intake.rows('from ops.loads order by all'),
  inputs: await intake.rows('from ops.inputs order by all'),
  drift: await intake.rows('from ops.drift order by all'),
})

const sorted = <T>(rows: T[]) => rows.map((row) => JSON.stringify(row)).sort()
const versions = (intake: Intake, table: string) =>
  intake.rows<Version>(
    `select id, n, _valid_from::varchar as "from", _valid_to::varchar as "to" from raw.${table}_history`,
  )

/** Past its retention, history holds what still held on a day not later than so many days ago. */
async function keptSince(intake: Intake, table: string): Promise<string> {
  const project = await openProject(intake.dir)
  return (await landedTable(project, 'files', table)).folded?.before ?? ''
}

async function expectTruth(intake: Intake, truth: Truth, day: string): Promise<void> {
  expect(await keptSince(intake, 'rates')).toBe('')
  const before = await keptSince(intake, 'members')
  expect(before <= dayAfter(day, -4)).toBe(true)
  truth.members = truth.members.filter(({ to }) => to === null || to > before)
  for (const table of ['members', 'rates'] as const) {
    expect(sorted(await versions(intake, table))).toEqual(sorted(truth[table]))
    const current = truth[table].filter(({ to }) => to === null).map(({ id, n }) => ({ id, n }))
    expect(sorted(await intake.rows(`select id, n from raw.${table}`))).toEqual(sorted(current))
  }
  expect(sorted(await intake.rows('select id, n from raw.sales'))).toEqual(sorted(truth.sales))
  expect(sorted(await intake.rows('select id, "at" from raw.events'))).toEqual(sorted(truth.events))
}

/** How often history was in fact cut, and loads put together, in all runs. */
let folds = 0

test('two weeks of deliveries, late, repeated and broken off: current rows and history are the truth', async () => {
  const intake = await openIntake(sources)
  await fc.assert(
    fc.asyncProperty(fc.array(night, { minLength: 14, maxLength: 14 }), async (nights) => {
      await startAnew(intake)
      const truth = new Truth()
      let day = '2024-03-01'
      for (const [index, one] of nights.entries()) {
        day = dayAfter(day, one.daysOn)
        await deliver(intake, truth, one, index, day)
        if (one.breaks) await breakOff(intake, day)
        await intake.extract(day)
        if (one.compacts) await intake.compact(day)
        await intake.load()
        await expectTruth(intake, truth, day)
      }
      if ((await keptSince(intake, 'members')) !== '') folds += 1
      const incremental = await everything(intake)
      await intake.load({ full: true })
      expect(await everything(intake)).toEqual(incremental)
    }),
    { numRuns: 2, seed: 20_240_301, endOnFailure: true },
  )
  expect(folds).toBeGreaterThan(0)
})

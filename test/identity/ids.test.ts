import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Decision, type Member, openTown, type Town } from './town.ts'

const given =
  'Ann Beth Carl Dora Evan Fay Gus Hope Ivan Jane Kurt Lily Mark Nora Owen Prue Ross Sue Tom Una'.split(' ')
const family =
  'Abbot Barlow Cobden Dunne Eccles Frost Garner Hobbs Irwin Jessop Kemp Lomax Marsh Naylor Oakes Pratt'.split(
    ' ',
  )
const pad = (n: number, size = 2) => String(n).padStart(size, '0')

/** A person's record; everything follows from the number. `again` is a second record of the same person. */
function member(n: number, recorded: string, again = false): Member {
  const name = `${given[(n * 7) % given.length]} ${family[(n * 5 + Math.floor(n / 20)) % family.length]}`
  return {
    id: `m${pad(n, 3)}${again ? 'b' : ''}`,
    name: again && n % 2 === 0 ? `${name}e` : name,
    birth: `${1950 + ((n * 13) % 50)}-${pad(1 + ((n * 3) % 12))}-${pad(1 + ((n * 11) % 28))}`,
    email: again && n % 3 === 0 ? '' : `u${n}@mail.example.org`,
    phone: `07700 9${pad((n * 977) % 100_000, 5)}`,
    address: `${1 + ((n * 17) % 90)} Mill Lane`,
    postcode: `YO${1 + (n % 9)} 7HZ`,
    recorded,
    updated: recorded,
  }
}

const day = (n: number) => `2026-03-${pad(n)}`
const nights = 14

/** What the till holds at the end of a day, and what was decided by then. */
function stateAt(n: number): { members: Member[]; decisions: Decision[] } {
  const members = new Map<string, Member>()
  const put = (one: Member) => members.set(one.id, one)
  for (let i = 0; i < 120; i++) put(member(i, `2025-${pad(1 + (i % 12))}-10`))
  for (let i = 0; i < 40; i += 4) put(member(i, '2026-01-15', true))
  for (let d = 2; d <= n; d++) {
    // New people; a second record of somebody known; a new telephone and house; somebody gone.
    put(member(200 + d, day(d)))
    put(member(60 + d, day(d), true))
    const mover = members.get(`m${pad(80 + d, 3)}`) as Member
    put({ ...mover, phone: `07700 8${pad(d * 1111, 5)}`, address: `${d} Elm Road`, updated: day(d) })
    members.delete(`m${pad(100 + d, 3)}`)
  }
  // The older of two records goes; the younger one is still the same customer.
  if (n >= 6) members.delete('m004')
  // The second record of m008 turns out to be somebody else.
  if (n >= 8) put({ ...member(508, '2026-01-15'), id: 'm008b', updated: day(8) })
  const decisions: Decision[] = []
  if (n >= 10) decisions.push({ left: 'm012', right: 'm012b', decision: 'different', day: day(10) })
  if (n >= 12) decisions.push({ left: 'm001', right: 'm002', decision: 'same', day: day(12) })
  return { members: [...members.values()], decisions }
}

type Ids = Map<string, string>
let town: Town
const history: Ids[] = []

async function idsNow(): Promise<Ids> {
  const db = await town.warehouse()
  const rows = await db.rows<{ record_id: string; customer_id: string }>(
    'select record_id, customer_id from identity.clusters order by record_id',
  )
  return new Map(rows.map(({ record_id, customer_id }) => [record_id, customer_id]))
}

async function logNow() {
  const db = await town.warehouse()
  const rows = await db.rows(
    'select changed_on::varchar as day, record_id, from_customer_id, to_customer_id, change, is_decided from identity.changes order by changed_on, record_id',
  )
  return rows
}

beforeAll(async () => {
  town = await openTown()
  for (let n = 1; n <= nights; n++) {
    const { members, decisions } = stateAt(n)
    await town.night(day(n), members, decisions)
    history[n] = await idsNow()
  }
}, 600_000)
afterAll(() => town?.close())

test('second records join their first, from the night they come', () => {
  const last = history[nights] as Ids
  expect(last.get('m000b')).toBe('Pm000')
  for (let d = 2; d <= nights; d++) {
    const [first, second] = [`m${pad(60 + d, 3)}`, `m${pad(60 + d, 3)}b`]
    expect(history[d]?.get(second), second).toBe(`P${first}`)
    expect(history[d - 1]?.has(second)).toBe(false)
  }
})

test('no id of an unchanged person changes in two weeks', () => {
  const named = new Set(['m008b', 'm012b', 'm002'])
  for (let n = 2; n <= nights; n++) {
    for (const [record, customer] of history[n] as Ids) {
      const before = history[n - 1]?.get(record)
      if (before && !named.has(record)) expect(customer, `${record} on day ${n}`).toBe(before)
    }
  }
})

test('who keeps only the younger record keeps the id', () => {
  expect(history[5]?.get('m004b')).toBe('Pm004')
  expect(history[nights]?.has('m004')).toBe(false)
  expect(history[nights]?.get('m004b')).toBe('Pm004')
})

test('merges and splits are in the log, and nothing else', async () => {
  expect(await logNow()).toEqual([
    {
      day: day(8),
      record_id: 'm008b',
      from_customer_id: 'Pm008',
      to_customer_id: 'Pm008b',
      change: 'split',
      is_decided: false,
    },
    {
      day: day(10),
      record_id: 'm012b',
      from_customer_id: 'Pm012',
      to_customer_id: 'Pm012b',
      change: 'split',
      is_decided: true,
    },
    {
      day: day(12),
      record_id: 'm002',
      from_customer_id: 'Pm002',
      to_customer_id: 'Pm001',
      change: 'merged',
      is_decided: true,
    },
  ])
})

test('a full rebuild gives the same ids and the same log; a decision taken back gives the old ids back', async () => {
  const log = await logNow()
  const { members, decisions } = stateAt(nights)
  await town.night(day(nights), members, decisions, true)
  expect(await idsNow()).toEqual(history[nights])
  expect(await logNow()).toEqual(log)
  await rm(join(town.dir, 'var/kept'), { recursive: true })
  await town.night(day(nights), members, decisions, true)
  expect(await idsNow()).toEqual(history[nights])
  await town.night(
    day(15),
    members,
    decisions.filter(({ left }) => left !== 'm001'),
  )
  expect((await idsNow()).get('m002')).toBe('Pm002')
  expect((await logNow()).at(-1)).toMatchObject({ day: day(15), record_id: 'm002', change: 'split' })
}, 120_000)

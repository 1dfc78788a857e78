import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandHere } from '../in-process.ts'
import { type Member, openTown, type Town } from './town.ts'

const given = 'Ann Beth Carl Dora Evan Fay Gus Hope Ivan Jane'.split(' ')
const family = 'Abbot Barlow Cobden Dunne Eccles Frost Garner'.split(' ')

const member = (n: number): Member => ({
  id: `m${n}`,
  name: `${given[n % 10]} ${family[n % 7]}`,
  birth: `${1950 + (n % 40)}-${String(1 + (n % 12)).padStart(2, '0')}-${String(1 + ((n * 11) % 28)).padStart(2, '0')}`,
  email: `u${n}@mail.example.org`,
  phone: `07700 9${String((n * 977) % 100_000).padStart(5, '0')}`,
  address: `${1 + n} Mill Lane`,
  postcode: `YO${1 + (n % 9)} 7HZ`,
  recorded: '2025-03-01',
  updated: '2025-03-01',
})

const secret = { ...member(3), name: 'Zebedee Quartermaine', email: 'zebedee@mail.example.org' }
const again = { ...secret, id: 'm3b', name: 'Zebedee Quartermain', phone: '', recorded: '2026-01-05' }

let town: Town
beforeAll(async () => {
  town = await openTown({ published: true })
  const others = Array.from({ length: 60 }, (_, n) => member(n)).filter(({ id }) => id !== 'm3')
  await town.night(
    '2026-03-01',
    [...others, secret, again],
    [{ left: 'm5', right: 'm6', decision: 'same', day: '2026-02-01' }],
  )
}, 240_000)
afterAll(() => town.close())

const why = (...args: string[]) => commandHere('why', ...args, '--project', town.dir)

test('why two records are one: a waterfall whose steps add up, without a value of the person', async () => {
  const said = await why('m3', 'm3b', '--json')
  expect(said.code).toBe(0)
  const found = JSON.parse(said.stdout)
  expect(found).toMatchObject({ kind: 'person', isJoined: true, customers: ['Pm3', 'Pm3'], isMasked: true })
  const total = found.reasons.reduce((sum: number, { weight }: { weight: number }) => sum + weight, 0)
  expect(total).toBeCloseTo(found.weight, 1)
  expect(found.weight).toBeGreaterThan(found.threshold)
  const of = (name: string) =>
    found.reasons.find(({ comparison }: { comparison: string }) => comparison === name)
  expect(of('email')).toMatchObject({ finding: 'same', left: '<24 characters>' })
  expect(of('family_name')).toMatchObject({ finding: 'one slip', right: '<11 characters>' })
  expect(of('phone')).toMatchObject({ finding: 'not known', right: null })

  const printed = await why('m3b', 'Pm3')
  expect(printed.stdout).toContain('One customer: Pm3.')
  expect(`${printed.stdout}${said.stdout}`).not.toMatch(/zebedee|quarterma/i)
}, 60_000)

test('values are shown to who asks for them', async () => {
  const said = await why('m3', 'm3b', '--personal')
  expect(said.stdout).toContain('quartermaine')
  expect(said.stdout).not.toContain('Values are masked')
}, 60_000)

test('why two records are two: what speaks against it, that nothing brought them together, or a decision', async () => {
  const strangers = await why('m3', 'm44')
  expect(strangers.code).toBe(0)
  expect(strangers.stdout).toContain('Two customers: m3 is of Pm3, m44 of Pm44.')
  const decided = await why('m5', 'm6')
  expect(decided.stdout).toContain('Decided by hand: same.')
  expect(decided.stdout).toContain('One customer: Pm5.')
}, 60_000)

test('a name that nobody has is a usage error', async () => {
  const said = await why('m3', 'nobody')
  expect(said.code).toBe(2)
  expect(said.stderr).toContain('nobody is neither a record nor a customer')
}, 60_000)

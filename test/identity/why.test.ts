import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build } from '../../pipelines/build/build.ts'
import { extract } from '../../pipelines/extract/extract.ts'
import { load } from '../../pipelines/load/load.ts'
import { silent } from '../../pipelines/log.ts'
import { openProject } from '../../pipelines/project.ts'
import { openBuilding } from '../../pipelines/publish/building.ts'
import { publish } from '../../pipelines/publish/publish.ts'
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
  town = await openTown()
  const { dir } = town
  const others = Array.from({ length: 60 }, (_, n) => member(n)).filter(({ id }) => id !== 'm3')
  const lines = [...others, secret, again].map((one) => Object.values(one).join(','))
  await writeFile(join(dir, 'input/members.csv'), [Object.keys(secret).join(','), ...lines].join('\n'))
  await writeFile(join(dir, 'input/decisions.csv'), 'left_id,right_id,decision,day\nm5,m6,same,2026-02-01\n')
  const project = await openProject(dir)
  const ctx = { project, asOf: '2026-03-01', clock: () => new Date(0), log: silent, env: {} }
  const runId = '2026-03-01-00000000'
  await extract(ctx)
  const db = await openBuilding(project, { fresh: true, full: false })
  await load(ctx, db, { full: false })
  await build(ctx, db, { full: false, runId, select: ['+identity.clusters', '+identity.person_reasons'] })
  await publish(project, db, runId)
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

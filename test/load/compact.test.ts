import { cp, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { landedTable, landingFingerprint, sweepLanding } from '../../pipelines/landing.ts'
import { openProject } from '../../pipelines/project.ts'
import { type Intake, openIntake } from '../intake.ts'

const sources = (history = '') => ({
  files: `
kind: files
format: {type: csv}
tables:
  members:
    path: input/members.csv
    key: [id]
    ${history}
    reject_limit: {share: 1}
    unknown_columns: evolve
    columns: {id: VARCHAR, n: INTEGER}
    checks: {n_not_negative: n >= 0}
  sales:
    pattern: input/sales-*.csv
    delivery: append
    reject_limit: {share: 1}
    columns: {id: VARCHAR, n: INTEGER}
`,
})

const deliveries = [
  'id,n\na,1\nb,1\nc,1\n',
  'id,n\na,2\nb,-1\n',
  'id,n,more\na,2,x\nb,-1,y\nd,4,z,broken\n',
  'id,n,more\na,3,x\nb,-1,y\nd,4,z\n',
  'id,n,more\na,3,x\nb,5,y\nd,6,z\n',
]

async function nights(intake: Intake): Promise<void> {
  for (const [i, text] of deliveries.entries()) {
    await intake.write('input/members.csv', text)
    await intake.write(`input/sales-${i}.csv`, i === 1 ? 'id,n\ns1,1\ns1,1,1\n' : `id,n\ns${i},${i}\n`)
    await intake.night(`2024-03-0${i + 1}`)
  }
}

const tables = ['members', 'sales']
const everything = async (intake: Intake) =>
  Promise.all(
    [...tables.flatMap((t) => [`raw.${t}_history`, `quarantine.${t}`]), 'ops.loads', 'ops.inputs'].map(
      (table) => intake.rows(`from ${table} order by all`),
    ),
  )
const fingerprint = async (intake: Intake) => landingFingerprint(await openProject(intake.dir))

test('put together, landing gives the same warehouse, and it is still the same night', async () => {
  const intake = await openIntake(sources())
  await nights(intake)
  const before = await everything(intake)
  const id = await fingerprint(intake)
  expect(await intake.compact('2024-03-05')).toEqual(
    tables.map((table) => ({ source: 'files', table, loads: 4, before: null })),
  )
  expect(await intake.landing('files', 'members')).toEqual([
    expect.stringMatching(/^000005-/),
    'bundle-000001',
    'checked.json',
  ])
  // The file that could not be read to its last record is kept beside what could.
  const files = await readdir(join(intake.dir, 'var/landing/files/sales/bundle-000001'))
  expect(files).toContainEqual(expect.stringMatching(/^000002-\w+-delivered-sales-1\.csv$/))
  expect(await fingerprint(intake)).toBe(id)
  intake.said.length = 0
  await intake.load()
  expect(intake.said).toEqual([])
  expect(await everything(intake)).toEqual(before)
  await intake.load({ full: true })
  expect(await everything(intake)).toEqual(before)
  // Nothing more can be put together; a file that came before is still known.
  expect(await intake.compact('2024-03-05')).toEqual([])
  await intake.write('input/sales-again.csv', 'id,n\ns0,0\n')
  await intake.night('2024-03-06')
  expect(await everything(intake)).toEqual(before)
})

test('past its retention, history loses what had ended, and nothing else', async () => {
  const intake = await openIntake(sources('history_days: 2'))
  await nights(intake)
  const versions = () =>
    intake.rows(
      'select id, n, _valid_from as f, _valid_to as t, _load_id[:6] as l, _row as r from raw.members_history order by id, f',
    )
  const whole = await versions()
  const bad = await intake.rows('select _load_id, _row from quarantine.members')
  expect(bad).toHaveLength(3)
  const id = await fingerprint(intake)
  const inputs = () =>
    intake
      .rows<{ t: string; f: string }>('select table_name as t, fingerprint as f from ops.inputs')
      .then((rows) => Object.fromEntries(rows.map(({ t, f }) => [t, f])))
  const current = await inputs()
  expect(await intake.compact('2024-03-05')).toMatchObject([{ before: '2024-03-03' }, { before: null }])
  await intake.load()
  // a: 1, a: 2 before it had more, and c: 1 had ended by 3 March. b: 1 held on until 5 March, although bad news of it had come.
  expect(await versions()).toEqual(whole.filter(({ t }) => t === null || (t as string) > '2024-03-03'))
  expect(whole.length - (await versions()).length).toBe(3)
  expect(await intake.rows('select id, n from raw.members order by id')).toEqual([
    { id: 'a', n: 3 },
    { id: 'b', n: 5 },
    { id: 'd', n: 6 },
  ])
  const folded = await everything(intake)
  await intake.load({ full: true })
  expect(await everything(intake)).toEqual(folded)
  // Readers of the current rows see the same input; readers of history another one.
  expect(await inputs()).toEqual({ ...current, members_history: expect.any(String) })
  expect(await fingerprint(intake)).not.toBe(id)
})

test('killed at any moment, each load counts once and what is left over is swept', async () => {
  const intake = await openIntake(sources('history_days: 2'))
  await nights(intake)
  const project = await openProject(intake.dir)
  const dir = join(intake.dir, 'var/landing/files/members')
  const saved = join(intake.dir, 'saved')
  const loads = async () => (await landedTable(project, 'files', 'members')).loads.map(({ loadId }) => loadId)
  const before = await loads()
  await cp(dir, saved, { recursive: true })
  // Before the rename: half a bundle under a hidden name.
  await mkdir(join(dir, '.bundle'))
  await cp(join(saved, before[0] as string, 'rows.parquet'), join(dir, '.bundle/rows-1.parquet'))
  expect(await loads()).toEqual(before)
  await intake.compact('2024-03-05')
  const after = await loads()
  await intake.load()
  const whole = await everything(intake)
  // After it: everything that should have gone is there still, or again in part.
  for (const name of before.slice(0, 3)) await cp(join(saved, name), join(dir, name), { recursive: true })
  await rm(join(dir, before[1] as string, 'manifest.json'))
  expect(await loads()).toEqual(after)
  await intake.load({ full: true })
  expect(await everything(intake)).toEqual(whole)
  expect(await sweepLanding(project)).toBe(3)
  expect(await readdir(dir)).toHaveLength(3)
  expect(await loads()).toEqual(after)
})

test('a night puts together what is past the number of loads that the project lets stand', async () => {
  const intake = await openIntake(sources())
  await intake.write(
    'clientele.config.ts',
    `export default {name: 'few', title: 'Few', timeZone: 'Europe/London', reportingCurrency: 'GBP', landing: {loads: 4}}`,
  )
  await nights(intake)
  expect(await intake.compact('2024-03-05', false)).toMatchObject([{ loads: 4 }, { loads: 4 }])
  expect(await intake.compact('2024-03-05', false)).toEqual([])
})

test('a landing that lost rows is not put together', async () => {
  const intake = await openIntake(sources())
  await nights(intake)
  const [first] = await intake.landing('files', 'members')
  const file = `${intake.dir}/var/landing/files/members/${first}/rows.parquet`
  await intake.db.run(`copy (select 'a' as id, '1' as n, 1::bigint as _row) to '${file}' (format parquet)`)
  await expect(intake.compact('2024-03-05')).rejects.toThrow(
    /does not reconcile: load 000001-\w+ has 3 rows .* 1 are there/,
  )
  expect(await intake.landing('files', 'members')).toContain(first)
})

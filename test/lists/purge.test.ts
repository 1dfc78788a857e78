import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build } from '../../pipelines/build/build.ts'
import { type Db, openDatabase } from '../../pipelines/duckdb.ts'
import { extract } from '../../pipelines/extract/extract.ts'
import { audience } from '../../pipelines/lists/audience.ts'
import { keepOutcomes } from '../../pipelines/lists/keep-outcomes.ts'
import { purgeLists } from '../../pipelines/lists/purge.ts'
import { load } from '../../pipelines/load/load.ts'
import { type Log, silent } from '../../pipelines/log.ts'
import { openProject, type Project } from '../../pipelines/project.ts'
import { openBuilding } from '../../pipelines/publish/building.ts'
import { publish } from '../../pipelines/publish/publish.ts'
import { openFirm } from '../firm.ts'

let dir: string
let project: Project

/** One night, as far as lists are concerned. */
async function night(asOf: string, log: Log = silent): Promise<string[]> {
  const ctx = { project, asOf, clock: () => new Date(0), log, env: {} }
  const purged = await purgeLists(ctx)
  await extract(ctx)
  const db = await openBuilding(project, { fresh: true, full: false })
  await load(ctx, db, { full: false })
  const select = [
    '+lists.waterfall',
    '+lists.uses',
    '+lists.overlaps',
    '+lists.audience',
    'staging.list_outcomes',
  ]
  await build(ctx, db, { full: false, runId: `${asOf}-00000000`, select })
  await publish(project, db, `${asOf}-00000000`)
  await published((db) => keepOutcomes(db, project))
  return purged
}

async function published<T>(read: (db: Db) => Promise<T>): Promise<T> {
  const db = await openDatabase(project.paths.warehouse, { readOnly: true })
  try {
    return await read(db)
  } finally {
    db.close()
  }
}

const figures = () =>
  published(async (db) => ({
    waterfall: await db.rows('select * from lists.waterfall order by list_id, position'),
    overlaps: await db.rows('select * from lists.overlaps order by list_id, other'),
    uses: await db.rows('select * from lists.uses order by list_id'),
    loads: await db.rows(
      "select read, loaded, quarantined from ops.loads where table_name = 'list_households'",
    ),
  }))

const landed = () => join(project.paths.landing, 'lists/list_households')
const loads = async () => (await readdir(landed())).filter((name) => /^\d{6}-/.test(name))
const input = 'input/lists/households-autumn-2025.txt'
let before: Awaited<ReturnType<typeof figures>>
let emails: string[]

beforeAll(async () => {
  dir = await openFirm('purge', { population: 400 })
  project = await openProject(dir)
  emails = await emailsIn(join(dir, input))
  // The licence of the households ends on 31 March. The second run reads back what the first kept.
  expect(await night('2026-03-31')).toEqual([])
  expect(await night('2026-03-31')).toEqual([])
  before = await figures()
}, 240_000)
afterAll(() => rm(dir, { recursive: true, force: true }))

/** E-mail addresses of the delivered file. */
async function emailsIn(file: string): Promise<string[]> {
  const text = new TextDecoder('windows-1252').decode(await readFile(file))
  return [...text.matchAll(/[^|\s]+@[^|\s]+/g)].map(([email]) => email as string)
}

test.each([
  ['L-HH25', 'mail', 'acquisition', '2026-03-01', 'its owner shows no proof of consent'],
  ['L-GB25', 'phone', 'acquisition', '2026-03-01', 'its licence does not name the channel'],
  ['L-GB25', 'mail', 'retention', '2026-03-01', 'its licence does not name the purpose'],
  ['L-EX25', 'email', 'acquisition', '2025-06-08', 'the day is before the mail window'],
  ['L-EX25', 'email', 'acquisition', '2025-12-01', 'the day is after the mail window'],
  ['L-EX25', 'email', 'acquisition', '2026-12-01', 'its licence has ended by then'],
])('%s by %s for %s on %s is refused with the reason', async (list, channel, purpose, on, reason) => {
  await expect(audience(project, { list, channel, purpose, on })).rejects.toThrow(
    `${list} may not be used by ${channel} for ${purpose} on ${on}: ${reason}`,
  )
})

test('a use within the licence leaves the names that nothing stands against', async () => {
  const use = { list: 'L-GB25', channel: 'mail', purpose: 'acquisition', on: '2026-03-01' }
  const { names, refused } = await audience(project, use)
  expect(names).toBeGreaterThan(150)
  // Of the 240 rows delivered two are torn.
  expect(names + Object.values(refused).reduce((sum, count) => sum + count, 0)).toBe(238)
  expect(Object.keys(refused)).toContain('dropped')
})

test('the day the licence ends nothing is purged; the day after its names are, and every count stands', async () => {
  const lines: string[] = []
  const log = { ...silent, line: (text: string) => void lines.push(text) }
  expect(await night('2026-04-01', log)).toEqual(['L-HH25'])
  expect(lines.find((line) => line.startsWith('purge'))).toMatch(
    /^purge: L-HH25: its licence has ended; 200 rows/,
  )
  expect(await figures()).toEqual(before)
  const left = await published((db) =>
    db.rows(`select count(*) filter (where is_purged) as purged, count(*) as names,
        (select count(coalesce(full_name, email, phone, address, postcode, gender, birth_date::varchar))
         from staging.list_names where list_id = 'L-HH25') as personal
      from lists.names where list_id = 'L-HH25'`),
  )
  expect(left).toEqual([{ purged: 200, names: 200, personal: 0 }])
})

test('nothing personal of the list is left in landing or in the published warehouse', async () => {
  const [load, ...others] = await loads()
  expect(others).toEqual([])
  const db = await openDatabase(':memory:')
  const [rows] = await db.rows<Record<string, number>>(
    `select count(SURNAME) + count(EMAIL) + count(ADD1) + count(TEL) as personal, count(URN) as kept
     from read_parquet('${join(landed(), load as string, 'rows.parquet')}')`,
  )
  db.close()
  expect(rows).toEqual({ personal: 0, kept: 200 })
  const found = await published((db) =>
    db.rows<{ email: string }>(
      "select email from lists.records where email is not null and source = 'L-HH25'",
    ),
  )
  expect(found).toEqual([])
  expect(emails.length).toBeGreaterThan(50)
})

test('the night after leaves it so, though the delivered file still lies there', async () => {
  const ctx = { project, asOf: '2026-04-02', clock: () => new Date(0), log: silent, env: {} }
  expect(await purgeLists(ctx)).toEqual([])
  await extract(ctx)
  expect(await loads()).toHaveLength(1)
})

test('a purge that was killed beside the old load is finished by the next', async () => {
  const [name] = await loads()
  const manifest = JSON.parse(await readFile(join(landed(), name as string, 'manifest.json'), 'utf8'))
  const old = join(landed(), manifest.emptied.loadId)
  await cp(join(landed(), name as string), old, { recursive: true })
  await writeFile(
    join(old, 'manifest.json'),
    JSON.stringify({ ...manifest, loadId: manifest.emptied.loadId, emptied: undefined }),
  )
  const ctx = { project, asOf: '2026-04-03', clock: () => new Date(0), log: silent, env: {} }
  expect(await purgeLists(ctx)).toEqual([])
  expect(await loads()).toEqual([name])
})

test('a list in a table that is delivered whole every night cannot be purged, and the night says so', async () => {
  const file = join(dir, 'sources/lists.yaml')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replaceAll('not_null: true }', 'not_null: true, pii: direct }'))
  const ctx = { project, asOf: '2026-09-01', clock: () => new Date(0), log: silent, env: {} }
  await expect(purgeLists(ctx)).rejects.toThrow(
    'list_expo_visitors.row_no holds personal data and may not be empty',
  )
  await writeFile(file, text.replaceAll('delivery: append', 'delivery: snapshot'))
  await expect(purgeLists(ctx)).rejects.toThrow('is delivered whole every night')
})

import { spawnSync } from 'node:child_process'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as arrow from 'apache-arrow'
import { expect, onTestFinished, test } from 'vitest'
import { ClienteleError } from '../../pipelines/error.ts'
import { type Intake, openIntake } from '../intake.ts'
import { hasGpg, openKeyRing } from './gpg.ts'
import { extractAndKillAt, landed } from './landed.ts'
import { serveSftp } from './sftp-server.ts'
import { workbook } from './workbook.ts'
import { zip } from './zip.ts'

const count = 6000

/** Letters that do not repeat: what is packed must not fit where the disk is full. */
const noise = (i: number): string => ((i * 2_654_435_761) % 4_294_967_296).toString(36).padStart(7, '0')

/** One file of every kind and way, each with rows enough for its reading to be struck in the middle. */
async function deliver(intake: Intake): Promise<Record<string, string>> {
  const rows = Array.from(
    { length: count },
    (_, i) => [`id ${i}`, `n "${noise(3 * i)}${noise(3 * i + 1)}${noise(3 * i + 2)}"`] as const,
  )
  const quoted = rows.map(([id, name]) => `${id},"${name.replaceAll('"', '""')}"`).join('\n')
  const csv = `id,name\n${quoted}\n`
  const table = new arrow.Table({
    id: arrow.vectorFromArray(
      rows.map(([id]) => id as string),
      new arrow.Utf8(),
    ),
    name: arrow.vectorFromArray(
      rows.map(([, name]) => name as string),
      new arrow.Utf8(),
    ),
  })
  const objects = rows.map(([id, name]) => JSON.stringify({ id, name }))
  await intake.write('input/csv', csv)
  await intake.write('input/gzip', gzipSync(`${csv}ragged\n`))
  await intake.write('input/zip', zip({ 'a.csv': csv }, { deflate: true }))
  await intake.write('input/fixed', rows.map(([id, name]) => `${id.padEnd(10)}${name.padEnd(26)}`).join('\n'))
  await intake.write('input/json', `[${objects.join(',\n')}]`)
  await intake.write('input/ndjson', objects.join('\n'))
  await intake.write('input/arrow', arrow.tableToIPC(table, 'file'))
  await intake.write('input/xlsx', workbook({ S: [['id', 'name'], ...rows.map((row) => [...row])] }))
  await intake.db.run(
    `copy (select 'id ' || i as id, md5(i::varchar) as name from range(${count}) t(i)) to '${intake.dir}/input/parquet' (format parquet)`,
  )
  const server = await serveSftp(join(intake.dir, 'input'))
  onTestFinished(() => server.close())
  intake.env = { ...process.env, SFTP_PASSWORD: 'tea' }
  if (hasGpg) {
    const { env, encrypt } = openKeyRing(intake.dir)
    Object.assign(intake.env, env)
    encrypt(join(intake.dir, 'input/csv'), join(intake.dir, 'input/pgp.gpg'))
  }
  const formats = ['fixed', 'json', 'ndjson', 'arrow', 'xlsx', 'parquet']
  const kinds = [
    ...['csv', 'gzip', 'zip', 'sftp', ...(hasGpg ? ['pgp'] : [])].map((name) => [name, 'csv']),
    ...formats.map((name) => [name, name]),
  ]
  const sources: Record<string, string> = {}
  const paths: Record<string, string> = { sftp: 'csv', pgp: 'input/pgp.gpg' }
  const heads: Record<string, string> = {
    sftp: `sftp: {host: 127.0.0.1, port: ${server.port}, user: night, fingerprint: '${server.fingerprint}', password: env:SFTP_PASSWORD}\n`,
  }
  for (const [name, type] of kinds as [string, string][]) {
    sources[name] =
      `kind: files\n${heads[name] ?? ''}tables:\n  ${name}_rows:\n    path: ${paths[name] ?? `input/${name}`}\n    format: {type: ${type}}
    columns: {id: {type: VARCHAR, width: 10}, name: {type: VARCHAR, width: 26}}\n`
    await intake.write(`sources/${name}.yaml`, sources[name] as string)
  }
  return sources
}

/** Where a delivered file is taken out of what it came in, or fetched to. */
const copies: Record<string, string> = {
  pgp: '.work/.clear',
  sftp: '.work/.fetched-csv',
  zip: '.work/.member',
}

test('killed while a file of each kind is read or written, nothing is half landed, and the next run ends as an undisturbed one', async () => {
  const intake = await openIntake({})
  const kinds = Object.keys(await deliver(intake)).sort()
  await intake.extract()
  const undisturbed = await landed(intake)
  expect(Object.keys(undisturbed).filter((key) => key.endsWith('manifest.json'))).toHaveLength(kinds.length)
  await rm(join(intake.dir, 'var'), { recursive: true })
  let struck = 0
  for (const [i, kind] of kinds.entries()) {
    // In turn while the records are parted, and while the engine writes; where there is a copy, while it is made.
    const usual = i % 2 === 0 ? '.work' : '.load'
    const sign = join(intake.dir, 'var/landing', kind, `${kind}_rows`, copies[kind] ?? usual)
    if (await extractAndKillAt(intake.dir, sign, intake.env)) struck += 1
    for (const [key, content] of Object.entries(await landed(intake)))
      expect({ [key]: content }).toEqual({ [key]: undisturbed[key] })
  }
  await intake.extract()
  expect(await landed(intake)).toEqual(undisturbed)
  // No copy in clear text is left behind.
  const left = await readdir(join(intake.dir, 'var/landing'), { recursive: true })
  expect(left.filter((name) => /(^|\/)\./.test(name))).toEqual([])
  expect(struck).toBeGreaterThan(kinds.length / 2)
}, 240_000)

/** Mounts a small file system of its own; false where that is not permitted. */
function mountSmall(dir: string, size: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', dir]).status === 0
}

/** A database that is a file: read by the engine, as the servers' are not. */
async function deliverSqlite(intake: Intake): Promise<Record<string, string>> {
  const numbers = `(with recursive c(i) as (select 1 union all select i + 1 from c where i < ${count}) select i from c)`
  intake.sqlite(
    'input/desk.sqlite',
    'create table desk_rows (id text, name text)',
    `insert into desk_rows select 'id ' || i, hex(randomblob(12)) from ${numbers}`,
  )
  const desk =
    'kind: sqlite\npath: input/desk.sqlite\ntables:\n  desk_rows: {columns: {id: VARCHAR, name: VARCHAR}}\n'
  await intake.write('sources/desk.yaml', desk)
  return { desk }
}

test('the disk full in the middle of every kind of file: a clear fault, nothing half landed, and with room again the same rows', async (context) => {
  const intake = await openIntake({})
  const sources = { ...(await deliver(intake)), ...(await deliverSqlite(intake)) }
  await intake.extract()
  const undisturbed = await landed(intake)
  const made = join(intake.dir, 'var')
  await rm(made, { recursive: true })
  await mkdir(made)
  for (const [name, text] of Object.entries(sources)) {
    for (const other of await readdir(join(intake.dir, 'sources')))
      await rm(join(intake.dir, 'sources', other))
    await intake.write(`sources/${name}.yaml`, text)
    if (!mountSmall(made, '80k')) {
      context.skip('mounting a small tmpfs is not permitted here')
      return
    }
    onTestFinished(() => void spawnSync('umount', [made]))
    const fault = await intake.extract().catch((error: unknown) => error)
    expect({ name, fault }).toEqual({ name, fault: expect.any(ClienteleError) })
    expect(String(fault)).toMatch(/no space is left|cannot be written|No space left/)
    expect(Object.keys(await landed(intake))).toEqual([])
    spawnSync('mount', ['-o', 'remount,size=64m', made])
    await intake.extract()
    const own = Object.fromEntries(Object.entries(undisturbed).filter(([key]) => key.startsWith(`${name}/`)))
    expect(await landed(intake)).toEqual(own)
    expect(spawnSync('umount', [made]).status).toBe(0)
  }
}, 240_000)

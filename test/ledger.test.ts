import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ClienteleError } from '../pipelines/error.ts'
import { openLedger, readRuns } from '../pipelines/ledger.ts'
import { silent } from '../pipelines/log.ts'
import { openProject, type Project } from '../pipelines/project.ts'

let project: Project
beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-ledger-'))
  const config = `export default { name: 'firm', title: 'Firm', timeZone: 'UTC', reportingCurrency: 'EUR' }`
  await writeFile(join(dir, 'clientele.config.ts'), config)
  project = await openProject(dir)
})
afterEach(() => rm(project.dir, { recursive: true }))

const open = (time: string) =>
  openLedger(
    project,
    { command: 'nightly', asOf: '2026-06-30' },
    { clock: () => new Date(time), log: silent },
  )

test('a run is on record from its first moment, with its stages and how it ended', async () => {
  const ledger = await open('2026-07-01T01:00:00Z')
  expect(await readRuns(project)).toMatchObject([{ status: 'running', asOf: '2026-06-30', stages: [] }])
  await ledger.stage('extract', async () => 1)
  const fault = new ClienteleError({ what: 'the source is gone' })
  await expect(ledger.stage('load', () => Promise.reject(fault))).rejects.toBe(fault)
  await ledger.finish('failed', fault)
  expect(await readRuns(project)).toMatchObject([
    { status: 'failed', error: 'the source is gone', stages: [{ name: 'extract' }, { name: 'load' }] },
  ])
})

test('a run whose process is gone was interrupted', async () => {
  await open('2026-07-01T01:00:00Z')
  const [name] = await readdir(project.paths.runs)
  const file = join(project.paths.runs, name as string, 'run.json')
  const [record] = await readRuns(project)
  await writeFile(file, JSON.stringify({ ...record, pid: 2 ** 30 }))
  expect(await readRuns(project)).toMatchObject([{ status: 'interrupted' }])
})

test('runs are listed oldest first', async () => {
  for (const time of ['2026-07-02T01:00:00Z', '2026-07-01T01:00:00Z']) await (await open(time)).finish('done')
  expect((await readRuns(project)).map(({ startedAt }) => startedAt.slice(0, 10))).toEqual([
    '2026-07-01',
    '2026-07-02',
  ])
})

import { readdir, readFile, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLedger, type RunRecord } from '../pipelines/ledger.ts'
import { silent } from '../pipelines/log.ts'
import { nightly } from '../pipelines/nightly.ts'
import { openStall, type Stall, stallProject } from './stall.ts'
import { contentsOf } from './warehouse.ts'

let stall: Stall
const made = (...path: string[]) => join(stall.dir, 'var', ...path)
const clock = () => new Date('2024-06-01T03:00:00Z')

async function night(asOf: string): Promise<RunRecord> {
  const project = await stallProject(stall.dir)
  const ledger = await openLedger(project, { command: 'nightly', asOf }, { clock, log: silent })
  await nightly({ project, asOf, clock, log: silent, env: {} }, ledger)
  return ledger.record
}

/** The pages of a pack; the catalogue beside them tells how long each night took. */
async function pages(pack: string): Promise<Record<string, string>> {
  const names = (await readdir(pack)).filter((name) => name.endsWith('.html')).sort()
  const texts = names.map(async (name) => [name, await readFile(join(pack, name), 'utf8')] as const)
  return Object.fromEntries(await Promise.all(texts))
}

/** What a reader of today finds. */
const present = async () => ({
  warehouse: await contentsOf(made('warehouse.duckdb')),
  versions: await readdir(made('versions')),
  latest: await readlink(made('published/latest')),
  pages: await pages(made('published/latest')),
})

let february: RunRecord
let then: Record<string, string>
let now: Awaited<ReturnType<typeof present>>

beforeAll(async () => {
  stall = await openStall()
  await night('2024-01-31')
  february = await night('2024-02-29')
  then = await pages(made('published/2024-02-29'))
  // Orders of January are corrected and gone, people are renamed, more orders come.
  stall.deliver(1)
  await night('2024-03-31')
  now = await present()
  expect(now.pages).not.toEqual(then)
  // What a pack is compared with is part of it.
  expect(then['index.html']).toContain('Since the last pack, of 31 January 2024')
}, 60_000)
afterAll(() => rm(stall.dir, { recursive: true, force: true }))

/** Takes away what is kept of February, so that it has to be made again. */
async function forget(): Promise<void> {
  for (const folder of ['versions', 'past'])
    for (const name of await readdir(made(folder)))
      if (name.includes('2024-02-29')) await rm(made(folder, name))
}

test.each([
  { how: 'from its version', isKept: true },
  { how: 'from what landed', isKept: false },
])('last month, $how, gives the pack as it was then, and today stays', async ({ isKept }) => {
  if (!isKept) await forget()
  now.versions = await readdir(made('versions'))
  await rm(made('published/2024-02-29'))
  const { runId, models, stages, warnings } = await night('2024-02-29')
  expect(runId).toBe(february.runId)
  expect(stages.map(({ name }) => name)).toEqual(['load', 'build', 'publish', 'report'])
  expect(models.built > 0).toBe(!isKept)
  expect(warnings).toEqual([
    'as of 2024-02-29, by what had landed then; the pack of 2024-03-31 stays the latest',
  ])
  expect(await pages(made('published/2024-02-29'))).toEqual(then)
  expect(await present()).toEqual(now)
})

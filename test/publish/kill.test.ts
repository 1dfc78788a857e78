import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { linkSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openDatabase } from '../../pipelines/duckdb.ts'
import type { Project } from '../../pipelines/project.ts'
import { openBuilding } from '../../pipelines/publish/building.ts'
import { rollback } from '../../pipelines/publish/rollback.ts'
import { versions } from '../../pipelines/publish/versions.ts'
import { emptyProject, nightIn, nightOf, publishNight, writeNight } from './publishing.ts'

const kills = 6

/** Publishes night after night in another process and kills it after a while; the nights it said were finished. */
async function publishUntilKilled(dir: string, milliseconds: number): Promise<number[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'publish-forever.ts'), dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (data) => {
    said += data
  })
  await once(child.stdout, 'data')
  await sleep(milliseconds)
  child.kill('SIGKILL')
  await once(child, 'exit')
  return said.trim().split('\n').map(Number)
}

test('killed at any moment, what is published opens, is of one night, and is the last that was finished or the next', async () => {
  const project = await emptyProject({ versionsKept: 3 })
  for (let kill = 0; kill < kills; kill++) {
    // Spread evenly over the time that a few nights take, a prime apart: no two at the same step.
    const finished = await publishUntilKilled(project.dir, (kill * 97) % 211)
    const last = finished.at(-1) as number
    const published = await nightIn(project.paths.warehouse)
    expect([last, last + 1]).toContain(published)
    const kept = await versions(project)
    expect(kept.filter(({ current }) => current)).toHaveLength(1)
    expect(kept.at(-1)).toMatchObject({ number: published, current: true })
    for (const version of kept) expect(await nightIn(version.path)).toBe(version.number)
    // A reader that opens it now keeps it while the next run sweeps, builds and publishes.
    const reader = await openDatabase(project.paths.warehouse, { readOnly: true })
    await publishNight(project, published + 1)
    expect(await nightOf(reader)).toBe(published)
    reader.close()
    expect(await nightIn(project.paths.warehouse)).toBe(published + 1)
    expect((await versions(project)).length).toBeLessThanOrEqual(3)
  }
}, 120_000)

/** The state of the disk after a kill between two steps of publishing night 2, made by hand. */
const halfways = {
  'before the copy was made a version': async (project: Project) => {
    const db = await openBuilding(project, { fresh: true, full: false })
    await writeNight(db, 2)
    db.close()
  },
  'after it was made a version, before readers had it': async (project: Project) => {
    await publishNight(project, 2)
    await rollback(project)
    hide(project, '000002-2024-03-31-00000002')
  },
  'while it was linked for the rename': async (project: Project) => {
    await publishNight(project, 2)
    await rollback(project)
    const hidden = hide(project, '000002-2024-03-31-00000002')
    linkSync(hidden, join(project.paths.var, '.warehouse.next.duckdb'))
  },
  'after readers had it, before it was given its name': async (project: Project) => {
    await publishNight(project, 2)
    hide(project, '000002-2024-03-31-00000002')
  },
}

function hide({ paths }: Project, name: string): string {
  const hidden = join(paths.versions, `.${name}.duckdb`)
  renameSync(join(paths.versions, `${name}.duckdb`), hidden)
  return hidden
}

test.each(Object.entries(halfways))('killed %s', async (moment, leave) => {
  const project = await emptyProject()
  await publishNight(project, 1)
  await leave(project)
  const published = moment.startsWith('after readers') ? 2 : 1
  expect(await nightIn(project.paths.warehouse)).toBe(published)
  const kept = await versions(project)
  expect(kept.map(({ number, current }) => [number, current])).toEqual(
    [
      [1, published === 1],
      [2, true],
    ].slice(0, published),
  )
  expect(await publishNight(project, 3)).toBe(`00000${published + 1}-2024-03-31-00000003`)
  expect(await nightIn(project.paths.warehouse)).toBe(3)
  expect(readdirSync(project.paths.versions).filter((name) => name.startsWith('.'))).toEqual([])
  expect(readdirSync(project.paths.var)).not.toContain('.warehouse.next.duckdb')
  expect(await rollback(project)).toMatch(published === 2 ? /^000002-/ : /^000001-/)
})

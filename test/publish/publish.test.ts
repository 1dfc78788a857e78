import { existsSync, statSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { openDatabase } from '../../pipelines/duckdb.ts'
import { openBuilding } from '../../pipelines/publish/building.ts'
import { publish, publishedRunId } from '../../pipelines/publish/publish.ts'
import { rollback } from '../../pipelines/publish/rollback.ts'
import { versions } from '../../pipelines/publish/versions.ts'
import { emptyProject, nightIn, nightOf, publishNight, writeNight } from './publishing.ts'

test('publishes a night as a version that nobody may write to or, but the owner, read', async () => {
  const project = await emptyProject()
  expect(await publishedRunId(project)).toBeNull()
  expect(await publishNight(project, 1)).toBe('000001-2024-03-31-00000001')
  expect(await nightIn(project.paths.warehouse)).toBe(1)
  expect(await publishedRunId(project)).toBe('2024-03-31-00000001')
  expect(statSync(project.paths.warehouse).mode & 0o777).toBe(0o400)
  for (const folder of [project.paths.var, project.paths.versions]) {
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  }
  expect(existsSync(project.paths.building)).toBe(false)
})

test('a reader keeps the night it opened while others are published', async () => {
  const project = await emptyProject({ versionsKept: 2 })
  await publishNight(project, 1)
  const reader = await openDatabase(project.paths.warehouse, { readOnly: true })
  for (const night of [2, 3, 4]) await publishNight(project, night)
  // Its version was pruned by now; the open file is still there for it.
  expect((await versions(project)).map(({ number }) => number)).toEqual([3, 4])
  expect(await nightOf(reader)).toBe(1)
  reader.close()
  expect(await nightIn(project.paths.warehouse)).toBe(4)
})

test('the copy that is being built begins as what is published, and is the only file that changes', async () => {
  const project = await emptyProject()
  await publishNight(project, 1)
  const db = await openBuilding(project, { fresh: true, full: false })
  expect(await nightOf(db)).toBe(1)
  expect(statSync(project.paths.building).mode & 0o777).toBe(0o600)
  await writeNight(db, 2)
  expect(await nightIn(project.paths.warehouse)).toBe(1)
  db.close()
  const again = await openBuilding(project, { fresh: false, full: false })
  expect(await nightOf(again)).toBe(2)
  again.close()
  const fresh = await openBuilding(project, { fresh: true, full: false })
  expect(await nightOf(fresh)).toBe(1)
  fresh.close()
  const empty = await openBuilding(project, { fresh: true, full: true })
  expect(await empty.rows('select * from duckdb_tables()')).toEqual([])
  empty.close()
})

test('a copy whose last rows are not yet in the file is not published', async () => {
  const project = await emptyProject()
  await publishNight(project, 1)
  const db = await openBuilding(project, { fresh: true, full: false })
  await writeNight(db, 2)
  const leaving = {
    ...db,
    run: async () => {},
    close: () => writeFileSync(`${project.paths.building}.wal`, ''),
  }
  await expect(publish(project, leaving, '2024-03-31-00000002')).rejects.toThrow('it is still open elsewhere')
  db.close()
  expect(await nightIn(project.paths.warehouse)).toBe(1)
  expect(await versions(project)).toHaveLength(1)
})

test('keeps as many versions as the project says, the published one always among them', async () => {
  const project = await emptyProject({ versionsKept: 3 })
  for (const night of [1, 2, 3, 4, 5]) await publishNight(project, night)
  expect((await versions(project)).map(({ number, current }) => [number, current])).toEqual([
    [3, false],
    [4, false],
    [5, true],
  ])
  expect(await readdir(project.paths.versions)).toHaveLength(3)
})

test('rolls back to the version before, to a named one, and forward again', async () => {
  const project = await emptyProject()
  for (const night of [1, 2, 3]) await publishNight(project, night)
  expect(await rollback(project)).toBe('000002-2024-03-31-00000002')
  expect(await nightIn(project.paths.warehouse)).toBe(2)
  expect(await rollback(project)).toBe('000001-2024-03-31-00000001')
  await expect(rollback(project)).rejects.toThrow('there is no version before the published one')
  expect(await rollback(project, { to: '3' })).toBe('000003-2024-03-31-00000003')
  expect(await rollback(project, { to: '2024-03-31-00000001' })).toBe('000001-2024-03-31-00000001')
  expect(await rollback(project, { to: '000001-2024-03-31-00000001' })).toBe('000001-2024-03-31-00000001')
  expect(await nightIn(project.paths.warehouse)).toBe(1)
  // The next night is built on what is published and numbered after all that is kept.
  expect(await publishNight(project, 4)).toBe('000004-2024-03-31-00000004')
  expect(await readdir(project.paths.var)).not.toContain('.warehouse.next.duckdb')
})

test('a version that is not kept is refused, with those that are', async () => {
  const project = await emptyProject()
  await expect(rollback(project)).rejects.toThrow('Nothing is published yet')
  await publishNight(project, 1)
  await publishNight(project, 2)
  await expect(rollback(project, { to: '000001-2024-03-31-00000007' })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('Did you mean 000001-2024-03-31-00000001?'),
  })
  await expect(rollback(project, { to: '99' })).rejects.toThrow('000002-2024-03-31-00000002 (published)')
})

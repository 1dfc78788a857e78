import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { baseDir, openProject, privateDir, yesterday } from '../pipelines/project.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'clientele-project-'))
})
afterEach(() => rm(dir, { recursive: true }))

const config = `export default { name: 'firm', title: 'Firm', timeZone: 'Asia/Hong_Kong', reportingCurrency: 'HKD' }`

test("a project's file replaces the base's at the same path; a new path adds to it", async () => {
  await writeFile(join(dir, 'clientele.config.ts'), config)
  await mkdir(join(dir, 'sql/staging'), { recursive: true })
  await writeFile(join(dir, 'sql/staging/orders.sql'), 'select 1')
  await writeFile(join(dir, 'sql/staging/zebras.sql'), 'select 2')
  const files = await (await openProject(dir)).layered('sql')
  const found = (key: string) => files.filter((file) => file.key === key).map(({ path }) => path)
  expect(found('staging/orders.sql')).toEqual([join(dir, 'sql/staging/orders.sql')])
  expect(found('staging/zebras.sql')).toEqual([join(dir, 'sql/staging/zebras.sql')])
  expect(found('staging/persons.sql')).toEqual([join(baseDir, 'sql/staging/persons.sql')])
  const keys = files.map(({ key }) => key)
  expect(keys).toEqual([...keys].sort())
})

test('a folder that is no project is a usage error that says what to do', async () => {
  await expect(openProject(dir)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('--project'),
  })
})

test('a configuration that does not load is a usage error', async () => {
  await writeFile(join(dir, 'clientele.config.ts'), 'export default {')
  await expect(openProject(dir)).rejects.toMatchObject({ exitCode: 2 })
})

test('folders that hold personal data are for their owner only, even when they were not', async () => {
  const folder = join(dir, 'var')
  await mkdir(folder, { mode: 0o755 })
  await privateDir(folder)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
})

test('yesterday is the last complete day where the project is, not where the machine is', () => {
  const midnightInLondon = new Date('2026-06-30T23:30:00Z')
  expect(yesterday(midnightInLondon, 'Europe/London')).toBe('2026-06-30')
  expect(yesterday(midnightInLondon, 'America/New_York')).toBe('2026-06-29')
  expect(yesterday(new Date('2024-03-01T12:00:00Z'), 'Asia/Shanghai')).toBe('2024-02-29')
})

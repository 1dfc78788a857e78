import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../../pipelines/config.ts'
import { baseDir } from '../../pipelines/project.ts'
import { runPage } from './run-page.ts'

const path = join(baseDir, 'docs/value.md')

/** `vitest run test/docs -u` writes what was printed into the page: read the difference before it is kept. */
test('every command and printed line is true', async () => {
  const page = await readFile(path, 'utf8')
  await expect(await runPage(page, 'data/value')).toMatchFileSnapshot(path)
}, 300_000)

test('the parameters it gives are the defaults', async () => {
  const page = await readFile(path, 'utf8')
  const least = { name: 'a', title: 'A', timeZone: 'Europe/London', reportingCurrency: 'GBP' }
  const { params } = readConfig(least, 'clientele.config.ts')
  const given = [...page.matchAll(/`(\w+)` \((\.?\d+)\)/g)].map(([, name, value]) => [name, Number(value)])
  expect(given.length).toBeGreaterThan(5)
  expect(given).toEqual(given.map(([name]) => [name, params[name as keyof typeof params]]))
})

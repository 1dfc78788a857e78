import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { digest, digestFiles } from '../../pipelines/build/digest.ts'
import { codeFingerprint } from '../../pipelines/build/fingerprint.ts'
import { openProject } from '../../pipelines/project.ts'
import { scratch } from './alone.ts'

/** A project of its own in a new folder. */
async function project(config: Record<string, unknown> = {}, files: Record<string, string> = {}) {
  const dir = await scratch()
  const all = { name: 'one', title: 'One', timeZone: 'Europe/London', reportingCurrency: 'GBP', ...config }
  await writeFile(join(dir, 'clientele.config.ts'), `export default ${JSON.stringify(all)}\n`)
  for (const [path, text] of Object.entries({ 'sql/core/mine.sql': 'select 1 as x', ...files })) {
    await mkdir(join(dir, path, '..'), { recursive: true })
    await writeFile(join(dir, path), text)
  }
  return openProject(dir)
}

test('the code has one fingerprint wherever the project stands and whatever does not touch its tables', async () => {
  const print = await codeFingerprint(await project())
  expect(print).toMatch(/^[0-9a-f]{32}$/)
  expect(await codeFingerprint(await project())).toBe(print)
  expect(await codeFingerprint(await project({ asOf: '2024-01-31', threads: 1, versionsKept: 3 }))).toBe(
    print,
  )
  expect(await codeFingerprint(await project({}, { 'var/landing/x.parquet': 'x' }))).toBe(print)
})

test.each([
  ['a parameter', { params: { horizon_months: 12 } }, {}],
  ['the currency', { reportingCurrency: 'EUR' }, {}],
  ['a model', {}, { 'sql/core/mine.sql': 'select 2 as x' }],
  ['a new model', {}, { 'sql/core/other.sql': 'select 1 as x' }],
  ['a report', {}, { 'reports/mine/en.md': '# Mine' }],
  ['a template', {}, { 'templates/mine.hbs': 'x' }],
  ['a contract', {}, { 'sources/mine.yaml': 'kind: files' }],
])('%s is part of it', async (_, config, files) => {
  expect(await codeFingerprint(await project(config, files))).not.toBe(await codeFingerprint(await project()))
})

test('texts are not run together, and files may come in any order', async () => {
  expect(digest('ab', 'c')).not.toBe(digest('a', 'bc'))
  const dir = await scratch()
  const files = ['a', 'b'].map((name) => ({ name, path: join(dir, name) }))
  for (const { name, path } of files) await writeFile(path, name)
  expect(await digestFiles(files)).toBe(await digestFiles(files.toReversed()))
  const swapped = files.map(({ path }, i) => ({ name: i === 0 ? 'b' : 'a', path }))
  expect(await digestFiles(swapped)).not.toBe(await digestFiles(files))
})

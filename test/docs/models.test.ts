import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelHead, readHead } from '../../pipelines/build/head.ts'
import { baseDir } from '../../pipelines/project.ts'
import { runPage } from './run-page.ts'

const path = join(baseDir, 'docs/models.md')

/** `vitest run test/docs -u` writes what was printed into the page: read the difference before it is kept. */
test('every file, command and printed line is true', async () => {
  const page = await readFile(path, 'utf8')
  await expect(await runPage(page, 'data/tea')).toMatchFileSnapshot(path)
}, 600_000)

/** The first cells of the tables below a heading, one list a table. */
const tablesBelow = (page: string, heading: string): string[][] => {
  const section = page.split(`\n### ${heading}\n`)[1]?.split(/\n##/)[0] ?? ''
  return section
    .trim()
    .split('\n\n')
    .filter((part) => part.startsWith('|'))
    .map((table) => [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key as string))
}

test('the reference names every key of a head and every test, and no other', async () => {
  const known = (head: string): string[] => {
    const [fault] = readHead(modelHead, { file: 'a.sql', text: `/*\n${head}\n*/` }).faults
    return (fault?.how ?? '').replace(/^Known keys: |\.$/g, '').split(', ')
  }
  const tests = (keys: string[]) => keys.filter((key) => key !== 'severity' && key !== 'name')
  const page = await readFile(path, 'utf8')
  expect(tablesBelow(page, 'The head of a model')).toEqual([known('x: 1'), known('columns: {a: {x: 1}}')])
  expect(tablesBelow(page, 'Tests')).toEqual([
    tests(known('columns: {a: {tests: [{x: 1}]}}')),
    tests(known('tests: [{x: 1}]')),
  ])
})

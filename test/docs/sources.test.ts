import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { baseDir } from '../../pipelines/project.ts'
import { runPage } from './run-page.ts'

const path = join(baseDir, 'docs/sources.md')

/** `vitest run test/docs -u` writes what was printed into the page: read the difference before it is kept. */
test('every file, command and printed line is true', async () => {
  const page = await readFile(path, 'utf8')
  await expect(await runPage(page, 'data/stall')).toMatchFileSnapshot(path)
}, 600_000)

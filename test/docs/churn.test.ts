import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { baseDir } from '../../pipelines/project.ts'
import { runPage } from './run-page.ts'

const path = join(baseDir, 'docs/churn.md')

/** `vitest run test/docs -u` writes what was printed into the page: read the difference before it is kept. */
test('every case of the page holds', async () => {
  const page = await readFile(path, 'utf8')
  await expect(await runPage(page, 'data/tea')).toMatchFileSnapshot(path)
}, 600_000)

import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silent } from '../../pipelines/log.ts'
import { openProject } from '../../pipelines/project.ts'
import type { StageContext } from '../../pipelines/stage.ts'

/** A project whose published warehouse is only read: what is made from it stands in a folder of the test's own. */
export async function openBeside(dir: string, asOf: string): Promise<StageContext> {
  const opened = await openProject(dir)
  const own = mkdtempSync(join(tmpdir(), 'clientele-part-'))
  const fonts = join(tmpdir(), 'clientele-report-cache')
  mkdirSync(fonts, { recursive: true })
  symlinkSync(fonts, join(own, 'cache'))
  const project = { ...opened, paths: { ...opened.paths, var: own, published: join(own, 'published') } }
  return { project, asOf, clock: () => new Date(0), log: silent, env: {} }
}

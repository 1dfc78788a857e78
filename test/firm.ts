import { cp, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulate } from '../data/demo/simulate/simulate.ts'
import { build } from '../pipelines/build/build.ts'
import { extract } from '../pipelines/extract/extract.ts'
import { load } from '../pipelines/load/load.ts'
import { silent } from '../pipelines/log.ts'
import { baseDir, openProject } from '../pipelines/project.ts'
import { openBuilding } from '../pipelines/publish/building.ts'
import { publish } from '../pipelines/publish/publish.ts'
import type { StageContext } from '../pipelines/stage.ts'

export interface FirmOptions {
  /** True persons; the demonstration has 20,000. */
  population: number
  until?: string
  locales?: string[]
}

/** The demonstration project in a folder of its own, on a smaller firm. */
export async function openFirm(name: string, { population, until, locales }: FirmOptions): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), `clientele-${name}-`))
  for (const part of ['sources', 'sql']) {
    await cp(join(baseDir, 'data/demo', part), join(dir, part), { recursive: true })
  }
  const demo = JSON.stringify(join(baseDir, 'data/demo/clientele.config.ts'))
  const own = { name, prepare: undefined, ...(locales ? { locales } : {}) }
  await writeFile(
    join(dir, 'clientele.config.ts'),
    `import demo from ${demo}\nexport default { ...demo, prepare: undefined, ...${JSON.stringify(own)} }\n`,
  )
  simulate({ dir: join(dir, 'input'), seed: 7, population, ...(until ? { until } : {}) })
  return dir
}

/** The day of the firm's night. */
export const firmDay = '2026-06-30'

/** The night of a firm up to its published warehouse: every model and audit, no page. */
export async function publishFirm(dir: string): Promise<StageContext> {
  const project = await openProject(dir)
  const ctx = { project, asOf: firmDay, clock: () => new Date(0), log: silent, env: {} }
  const runId = `${firmDay}-00000000`
  await extract(ctx)
  const db = await openBuilding(project, { fresh: true, full: true })
  try {
    await load(ctx, db, { full: false })
    await build(ctx, db, { full: false, runId })
    await publish(project, db, runId)
  } finally {
    db.close()
  }
  return ctx
}

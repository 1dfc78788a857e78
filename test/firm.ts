import { cp, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulate } from '../data/demo/simulate/simulate.ts'
import { baseDir } from '../pipelines/project.ts'

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

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Db, openDatabase } from '../../pipelines/duckdb.ts'
import { openProject, type Project } from '../../pipelines/project.ts'
import { openBuilding } from '../../pipelines/publish/building.ts'
import { publish } from '../../pipelines/publish/publish.ts'

/** A project with nothing in it, in a folder that goes when the test ends. */
export async function emptyProject(config: Record<string, unknown> = {}): Promise<Project> {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-publish-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const all = {
    name: 'empty',
    title: 'Empty',
    timeZone: 'Europe/London',
    reportingCurrency: 'GBP',
    ...config,
  }
  await writeFile(join(dir, 'clientele.config.ts'), `export default ${JSON.stringify(all)}\n`)
  return openProject(dir)
}

/** Publishes a night whose tables all hold its number: a reader can tell a whole night from a torn one. */
export async function publishNight(project: Project, night: number): Promise<string> {
  const db = await openBuilding(project, { fresh: true, full: false })
  await writeNight(db, night)
  return publish(project, db, `2024-03-31-${String(night).padStart(8, '0')}`)
}

export async function writeNight(db: Db, night: number): Promise<void> {
  for (const table of ['a', 'b', 'c']) {
    await db.run(`create or replace table ${table} as select ${night} as night, range as n from range(5000)`)
  }
}

/** The night that a warehouse file holds. Throws when it does not open or is not of one night. */
export async function nightIn(path: string): Promise<number> {
  const db = await openDatabase(path, { readOnly: true })
  try {
    return await nightOf(db)
  } finally {
    db.close()
  }
}

export async function nightOf(db: Db): Promise<number> {
  const nights = await db.rows<{ night: number; rows: number }>(`
    select night, count(*) as rows from (select * from a union all select * from b union all select * from c)
    group by night`)
  if (nights.length !== 1 || nights[0]?.rows !== 15_000) throw new Error(`torn: ${JSON.stringify(nights)}`)
  return nights[0].night
}

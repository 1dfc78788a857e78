import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Db } from '../../../pipelines/duckdb.ts'
import { ClienteleError } from '../../../pipelines/error.ts'
import { extract } from '../../../pipelines/extract/extract.ts'
import { standingLoads } from '../../../pipelines/landing.ts'
import { silent } from '../../../pipelines/log.ts'
import { openProject } from '../../../pipelines/project.ts'
import type { Kind } from './kinds.ts'

const table = 'people'
const contract = (format: string) => `
kind: files
tables:
  ${table}:
    path: input/file
    format: ${format}
    columns:
      id: {type: VARCHAR, width: 4, optional: true}
      name: {type: VARCHAR, width: 10, optional: true}
      amount: {type: VARCHAR, width: 6, optional: true}
`

export interface Outcome {
  /** refused: a ClienteleError, nothing landed; landed: rows and rejects. */
  became: 'refused' | 'landed'
  rows: number
  rejects: number
  /** What is wrong with how the product behaved; none is wanted. */
  wrong: string[]
}

/** Lands one file through the front door and judges what became of it. */
export async function judge(db: Db, kind: Kind, bytes: Buffer): Promise<Outcome> {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-fuzz-'))
  try {
    for (const folder of ['input', 'sources']) await mkdir(join(dir, folder))
    await writeFile(
      join(dir, 'clientele.config.ts'),
      "export default { name: 'fuzz', title: 'Fuzz', timeZone: 'UTC', reportingCurrency: 'GBP', asOf: '2024-03-01', threads: 1 }\n",
    )
    await writeFile(join(dir, 'sources/fuzz.yaml'), contract(kind.format))
    await writeFile(join(dir, 'input/file'), kind.wrap ? kind.wrap(bytes) : bytes)
    return await landAndJudge(db, dir, kind, bytes)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function landAndJudge(db: Db, dir: string, kind: Kind, bytes: Buffer): Promise<Outcome> {
  const ctx = {
    project: await openProject(dir),
    asOf: '2024-03-01',
    clock: () => new Date(0),
    log: silent,
    env: {},
  }
  const outcome: Outcome = { became: 'landed', rows: 0, rejects: 0, wrong: [] }
  try {
    await extract(ctx)
  } catch (error) {
    outcome.became = 'refused'
    if (!(error instanceof ClienteleError)) outcome.wrong.push(`${(error as Error).stack}`)
  }
  const loads = await standingLoads(ctx.project, 'fuzz', table)
  if (outcome.became === 'refused' && loads.length > 0)
    outcome.wrong.push('refused, and yet something landed')
  const [load] = loads
  if (!load) return outcome
  outcome.rows = load.rows
  outcome.rejects = load.rejects
  const counted = await positions(db, load.dir, load.rejects > 0)
  if (load.delivered !== load.rows + load.rejects || load.delivered !== counted.records)
    outcome.wrong.push(
      `delivered ${load.delivered}, rows ${load.rows}, rejects ${load.rejects}, found ${counted.records}`,
    )
  if (
    counted.records > 0 &&
    (counted.first !== 1 || counted.last !== counted.records || counted.distinct !== counted.records)
  )
    outcome.wrong.push(`positions ${JSON.stringify(counted)}`)
  const expected = kind.count?.(bytes)
  if (expected !== undefined && expected !== load.delivered)
    outcome.wrong.push(`delivered ${load.delivered} of ${expected}`)
  return outcome
}

async function positions(db: Db, dir: string, rejects: boolean) {
  const rows = `select * from read_parquet('${dir}/rows.parquet', file_row_number = true)`
  const [columns] = await db.rows<{ n: number }>(
    `select count(*) as n from (describe ${rows}) where column_name = '_row'`,
  )
  const row = columns?.n === 1 ? '_row' : 'file_row_number + 1'
  const more = rejects ? `union all select _row from read_parquet('${dir}/rejects.parquet')` : ''
  const [counts] = await db.rows<{ records: number; first: number; last: number; distinct: number }>(
    `select count(*) as records, min(p) as first, max(p) as last, count(distinct p) as distinct
     from (select ${row} as p from (${rows}) ${more})`,
  )
  return counts as NonNullable<typeof counts>
}

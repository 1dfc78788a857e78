import { rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { FilesSource } from '../../contract.ts'
import type { Db } from '../../duckdb.ts'
import { type Manifest, tableDir } from '../../landing.ts'
import { privateDir } from '../../project.ts'
import type { StageContext } from '../../stage.ts'
import { type Extracted, landedTable, skippedTable } from '../extracted.ts'
import { type Arrival, arrivals, type FilesContract } from './arrivals.ts'
import { located, lostConnection, StillWritten } from './faults.ts'
import { isFetched, rememberFetched } from './fetched.ts'
import { extractArrival } from './file.ts'
import { connectSftp, type Remote } from './sftp.ts'

/** Lands the files of a source, table by table. A file that has landed before, under whatever name, is skipped. */
export async function extractFiles(ctx: StageContext, db: Db, source: FilesSource): Promise<Extracted[]> {
  const remote = source.sftp ? await connectSftp(source.sftp, ctx.env) : undefined
  try {
    const extracted: Extracted[] = []
    for (const contract of source.tables)
      extracted.push(await extractTable({ ctx, db, source, contract, remote }))
    return extracted
  } finally {
    remote?.close()
  }
}

interface Task {
  ctx: StageContext
  db: Db
  source: FilesSource
  contract: FilesContract
  remote: Remote | undefined
}

async function extractTable({ ctx, db, source, contract, remote }: Task): Promise<Extracted> {
  const found = await arrivals(ctx, source, contract, remote)
  const landed: (Manifest | null)[] = []
  for (const arrival of found) {
    ctx.log.progress(`extract ${contract.source}.${contract.table} from ${arrival.name} …`)
    landed.push(...(await extractOne({ ctx, db, source, contract, remote }, arrival)))
  }
  const nothing = found.length === 0 ? 'no file delivered' : 'the same files have landed before'
  if (found.length === 0) ctx.log.line(`${contract.source}.${contract.table}: ${nothing}`)
  return landed.length === 0 ? skippedTable(contract, nothing) : landedTable(ctx, contract, landed)
}

/** Lands one delivered file, fetched first where it lies on a server; the loads it made, null for one without news. */
async function extractOne(task: Task, arrival: Arrival): Promise<(Manifest | null)[]> {
  const { ctx, db, contract, remote } = task
  const about = `${contract.source}.${contract.table}: ${arrival.name}`
  if (arrival.remote && (await isFetched(ctx, contract, arrival.remote))) {
    ctx.log.line(`${about} has landed before, skipped`)
    return []
  }
  const work = await privateDir(join(tableDir(ctx.project, contract.source, contract.table), '.work'))
  try {
    const here = remote && arrival.remote ? await fetched(remote, arrival, work) : arrival
    const landed = await extractArrival(ctx, db, contract, here, work)
    if (arrival.remote) await rememberFetched(ctx, contract, arrival.remote)
    return landed
  } catch (error) {
    // Of several files the others can land; one alone is what the night waits for.
    if (!(error instanceof StillWritten) || contract.origin.pattern === undefined)
      throw located(error, arrival.path)
    ctx.log.line(`${about} is still being written, left for the next run`)
    return []
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Copies a file from its server; it must be as long as the server says, before and after. */
async function fetched(remote: Remote, arrival: Arrival, work: string): Promise<Arrival> {
  const { path, size, mtimeMs } = arrival.remote as NonNullable<Arrival['remote']>
  const copy = join(work, `.fetched-${basename(path)}`)
  await remote.fetch(path, copy).catch((cause: Error) => Promise.reject(lostConnection(arrival, cause)))
  const [here, there] = [await stat(copy), await remote.stat(path)]
  if (here.size !== size || there?.size !== size || there.mtimeMs !== mtimeMs)
    throw new StillWritten(arrival.name)
  return { name: arrival.name, path: copy }
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contract } from '../../contract.ts'
import { writeDurable } from '../../durable.ts'
import { standingLoads, tableDir } from '../../landing.ts'
import { privateDir } from '../../project.ts'
import type { StageContext } from '../../stage.ts'
import { readingHash } from '../delivery.ts'
import type { RemoteFile } from './sftp.ts'

/**
 * Remembers which files of a server were read to their ends, by path, size and time, so that a folder that only grows
 * is not fetched again every night. It only saves time: without it they are fetched and found to have landed.
 */
interface Fetched {
  reading: string
  files: Record<string, { size: number; mtimeMs: number }>
}

const fileOf = ({ project }: StageContext, { source, table }: Contract) =>
  join(tableDir(project, source, table), 'fetched.json')

export async function isFetched(ctx: StageContext, contract: Contract, file: RemoteFile): Promise<boolean> {
  const known = (await read(ctx, contract)).files[file.path]
  if (known?.size !== file.size || known.mtimeMs !== file.mtimeMs) return false
  // Where landing was emptied, what was fetched is gone.
  const loads = await standingLoads(ctx.project, contract.source, contract.table)
  const last = loads.at(-1)
  if (contract.delivery === 'append') return last !== undefined
  // A snapshot that was delivered before may come again after another one: then it is news.
  return last?.input.name === file.path.slice(file.path.lastIndexOf('/') + 1)
}

export async function rememberFetched(
  ctx: StageContext,
  contract: Contract,
  file: RemoteFile,
): Promise<void> {
  const { files, reading } = await read(ctx, contract)
  const { path, size, mtimeMs } = file
  await privateDir(tableDir(ctx.project, contract.source, contract.table))
  const now: Fetched = { reading, files: { ...files, [path]: { size, mtimeMs } } }
  await writeDurable(fileOf(ctx, contract), JSON.stringify(now))
}

async function read(ctx: StageContext, contract: Contract): Promise<Fetched> {
  const reading = readingHash(contract)
  const text = await readFile(fileOf(ctx, contract), 'utf8').catch(() => null)
  const known = text === null ? null : (JSON.parse(text) as Fetched)
  // Read otherwise, every file is read again.
  return known?.reading === reading ? known : { reading, files: {} }
}

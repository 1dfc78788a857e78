import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { FilesSource, Sftp } from '../../contract.ts'
import type { StageContext } from '../../stage.ts'
import { locate, locateAll, missingInput } from '../locate.ts'
import { StillWritten } from './faults.ts'
import { matching, type Remote, type RemoteFile } from './sftp.ts'

export type FilesContract = FilesSource['tables'][number]

/** A file that was delivered: on this machine, or on a server. */
export interface Arrival {
  name: string
  path: string
  remote?: RemoteFile
}

interface Found extends Arrival {
  size: number
  mtimeMs: number
}

/** Names that programs give to what they are still writing. */
const unfinished = /^[.~]|\.(part|partial|filepart|tmp|temp|crdownload|swp)$/i

/**
 * The files of a table that are there and whole, in order of name. What is still being written, by its name or because
 * it has not lain still long enough, is left for the next run and said.
 */
export async function arrivals(
  ctx: StageContext,
  source: FilesSource,
  contract: FilesContract,
  remote?: Remote,
): Promise<Arrival[]> {
  const { origin } = contract
  const found = remote ? await remoteFiles(remote, contract) : await localFiles(ctx, contract)
  const still = found.filter((file) => isUnfinished(ctx, contract, file))
  for (const { name } of still)
    ctx.log.line(
      `${contract.source}.${contract.table}: ${name} is still being written, left for the next run`,
    )
  const whole = found.filter((file) => !still.includes(file))
  if (whole.length > 0 || !origin.required) return whole
  const [first] = still
  if (first) throw new StillWritten(first.name)
  const places = [...origin.path, origin.pattern ?? []].flat()
  const looked = source.sftp ? places.map((place) => `${address(source.sftp as Sftp)}${place}`) : places
  throw missingInput(source, `${contract.source}.${contract.table}`, looked)
}

function isUnfinished(ctx: StageContext, { origin }: FilesContract, { name, mtimeMs }: Found): boolean {
  const age = ctx.clock().getTime() - mtimeMs
  return unfinished.test(name) || (origin.settle > 0 && age < 1000 * origin.settle)
}

async function localFiles(ctx: StageContext, { origin }: FilesContract): Promise<Found[]> {
  const one = locate(ctx, origin.path)
  const named =
    origin.pattern !== undefined ? await locateAll(ctx, origin.pattern) : one === null ? [] : [one]
  const found: Found[] = []
  for (const path of named) {
    const about = await stat(path)
    if (about.isFile()) found.push({ name: basename(path), path, size: about.size, mtimeMs: about.mtimeMs })
    else if (about.isDirectory() && origin.pattern === undefined) found.push(...(await filesIn(path)))
  }
  return found
}

/** A folder means every file in it that is not hidden. */
async function filesIn(dir: string): Promise<Found[]> {
  const names = (await readdir(dir)).filter((name) => !name.startsWith('.')).sort()
  const found = await Promise.all(
    names.map(async (name) => ({ name, path: join(dir, name), about: await stat(join(dir, name)) })),
  )
  return found
    .filter(({ about }) => about.isFile())
    .map(({ name, path, about }) => ({ name, path, size: about.size, mtimeMs: about.mtimeMs }))
}

async function remoteFiles(remote: Remote, { origin }: FilesContract): Promise<Found[]> {
  const found: RemoteFile[] = []
  if (origin.pattern !== undefined) found.push(...(await matching(remote, origin.pattern)))
  for (const path of origin.path) {
    const one = found.length === 0 ? await remote.stat(path) : null
    if (one) found.push(one)
  }
  return found.map((file) => ({
    name: basename(file.path),
    path: file.path,
    remote: file,
    size: file.size,
    mtimeMs: file.mtimeMs,
  }))
}

export const address = ({ host, port }: Sftp): string => `sftp://${host}${port === 22 ? '' : `:${port}`}/`

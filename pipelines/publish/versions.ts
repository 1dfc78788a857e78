import { chmod, link, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { flush } from '../durable.ts'
import type { Project } from '../project.ts'

/** A published warehouse that is kept. */
export interface Version {
  /** As named with `rollback --to`: `000012-2011-12-09-1a2b3c4d`. */
  name: string
  number: number
  runId: string
  path: string
  /** Whether it is the one that readers open. */
  current: boolean
}

/** A run id begins with its as-of date. */
export const dayOf = (runId: string): string => runId.slice(0, 'YYYY-MM-DD'.length)

const shape = /^\.?(\d{6,})-(.+)\.duckdb$/

/** Every version that was published and is kept, oldest first. */
export async function versions({ paths }: Project): Promise<Version[]> {
  const current = await inode(paths.warehouse)
  const names = await readdir(paths.versions).catch(() => [])
  const found = await Promise.all(
    names.map(async (file) => {
      const [, number, runId] = shape.exec(file) ?? []
      const path = join(paths.versions, file)
      const isCurrent = current !== undefined && (await inode(path)) === current
      // Hidden until readers have it: a kill between the two renames leaves the current one hidden.
      if (number === undefined || runId === undefined || (file.startsWith('.') && !isCurrent))
        return undefined
      return { name: `${number}-${runId}`, number: Number(number), runId, path, current: isCurrent }
    }),
  )
  return found.filter((version) => version !== undefined).sort((a, b) => a.number - b.number)
}

/** Finishes or undoes what a killed run left half done. Only under the project's lock. */
export async function sweep(project: Project): Promise<void> {
  const { paths } = project
  const kept = new Set((await versions(project)).map(({ path }) => path))
  for (const file of await readdir(paths.versions).catch(() => [])) {
    const path = join(paths.versions, file)
    if (!file.startsWith('.')) continue
    if (kept.has(path)) await rename(path, join(paths.versions, file.slice(1)))
    else await rm(path, { force: true })
  }
  await rm(nextName(paths.warehouse), { force: true })
}

/** Makes a version the one that readers open: the one visible rename. */
export async function show(path: string, warehouse: string): Promise<void> {
  const next = nextName(warehouse)
  await rm(next, { force: true })
  await link(path, next)
  await rename(next, warehouse)
  // When both names are one file already, rename does nothing and leaves the hidden name.
  await rm(next, { force: true })
  await flush(dirname(warehouse))
}

/** Nobody may write to a version: readers would see it change. */
export const seal = (path: string): Promise<void> => chmod(path, 0o400)

/** Removes the oldest versions beyond `keep`, never the current one. */
export async function prune(project: Project, keep: number): Promise<void> {
  const all = await versions(project)
  const spare = all.filter(({ current }) => !current)
  for (const { path } of spare.slice(0, Math.max(0, all.length - keep))) await rm(path)
}

const nextName = (warehouse: string): string => join(dirname(warehouse), '.warehouse.next.duckdb')

async function inode(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found && `${found.dev}:${found.ino}`
}

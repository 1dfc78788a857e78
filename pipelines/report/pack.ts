import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, open, readdir, readlink, rename, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { sweepLeavings } from '../leavings.ts'
import { type Project, privateDir } from '../project.ts'

/** Whole, or piece by piece. */
export type Content = string | Uint8Array | AsyncIterable<Uint8Array>

/** A pack that is being made: nobody sees it until it is finished. */
export interface Pack {
  /** Writes a file; a name may lead into a folder, as `catalogue/index.html`. */
  write(name: string, content: Content): Promise<void>
  /** Files of the pack now shown that belong to the same run, and will stand beside those written. */
  others: string[]
  /** Folders of that pack; one that is written anew takes the place of the former, whole. */
  otherFolders: string[]
  /** Throws a folder away that could not be written to its end. */
  drop(folder: string): Promise<void>
  /** Shows the pack under `<as-of>`, and as `latest`, each by one rename. Returns the folder in which it can be read. */
  finish(): Promise<string>
  /** Throws away what was made. */
  abandon(): Promise<void>
}

/**
 * Opens a pack in `published/packs/`. Files that a run of the same id made, and this one does not make again, are kept:
 * `report rfm` refreshes one report and leaves the others beside it. One that is made apart is shown under that name,
 * and one of a past day is not the latest.
 */
export async function openPack(
  project: Project,
  { runId, asOf }: { runId: string; asOf: string },
  { apart, isPast = false }: { apart?: string | undefined; isPast?: boolean } = {},
): Promise<Pack> {
  const { published } = project.paths
  const packs = join(published, 'packs')
  await privateDir(project.paths.var)
  await privateDir(published)
  await privateDir(packs)
  await sweepLeavings(packs, /^\.making-(\d+)-/)
  await sweepLeavings(published, /^\..*-(\d+)$/)
  const part = join(packs, `.making-${process.pid}-${randomBytes(4).toString('hex')}`)
  await mkdir(part, { mode: 0o700 })
  const names = apart ? [apart] : isPast ? [asOf] : [asOf, 'latest']
  const current = join(published, names[0] as string)
  const { files: others, folders: otherFolders } = await contentsOf(current, runId)
  return {
    others,
    otherFolders,
    async write(name, content) {
      if (name.includes('/')) await makeFolder(join(part, dirname(name)))
      const file = await open(join(part, name), 'wx', 0o600)
      try {
        await file.writeFile(content)
        await file.sync()
      } finally {
        await file.close()
      }
    },
    drop: (folder) => rm(join(part, folder), { recursive: true, force: true }),
    async finish() {
      const made = new Set(await readdir(part))
      for (const name of others) if (!made.has(name)) await link(join(current, name), join(part, name))
      for (const name of otherFolders)
        if (!made.has(name)) await linkFolder(join(current, name), join(part, name))
      const name = await settle(packs, part, runId)
      for (const shown of names) await show(published, shown, name)
      if (!apart) await dropStale(published, asOf, runId)
      await prune(published, packs, project.config.versionsKept)
      return current
    },
    abandon: () => rm(part, { recursive: true, force: true }),
  }
}

/** Gives the folder its name, `<run id>-<n>`: n is the first that is free. */
async function settle(packs: string, part: string, runId: string): Promise<string> {
  await chmod(part, 0o700)
  for (let n = 1; ; n++) {
    const name = `${runId}-${n}`
    // Renaming onto an empty folder would succeed, and a finished pack is never empty: this fails where one stands.
    const taken = await rename(part, join(packs, name)).then(
      () => false,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return true
        throw error
      },
    )
    if (!taken) return name
  }
}

async function show(published: string, name: string, pack: string): Promise<void> {
  const hidden = join(published, `.${name}-${process.pid}`)
  await rm(hidden, { force: true })
  await symlink(join('packs', pack), hidden)
  await rename(hidden, join(published, name))
}

async function contentsOf(current: string, runId: string): Promise<{ files: string[]; folders: string[] }> {
  const target = await readlink(current).catch(() => '')
  const isSameRun = runOf(target) === runId
  const found = isSameRun ? await readdir(current, { withFileTypes: true }) : []
  const named = (isFolder: boolean) =>
    found.filter((entry) => entry.isDirectory() === isFolder).map(({ name }) => name)
  return { files: named(false), folders: named(true) }
}

/** Not with its parents: what is still being written when a pack is abandoned must not bring the pack back. */
async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}

async function linkFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o700 })
  for (const name of await readdir(from)) await link(join(from, name), join(to, name))
}

/** Packs made apart are of the run of their night: when another takes its place, they tell of what is there no more. */
async function dropStale(published: string, asOf: string, runId: string): Promise<void> {
  for (const name of await readdir(published)) {
    if (!name.startsWith(`${asOf}.`)) continue
    if (runOf(await readlink(join(published, name)).catch(() => '')) !== runId)
      await rm(join(published, name), { force: true })
  }
}

/** The run that made a pack, of where its name leads. */
const runOf = (target: string): string => basename(target).replace(/-\d+$/, '')

/** Keeps the packs that are shown, and the newest of the others. */
async function prune(published: string, packs: string, keep: number): Promise<void> {
  const shown = await Promise.all(
    (await readdir(published)).map((name) => readlink(join(published, name)).catch(() => '')),
  )
  const inUse = new Set(shown.map((target) => basename(target)))
  const spare = (await readdir(packs)).filter((name) => !name.startsWith('.') && !inUse.has(name))
  const dated = await Promise.all(
    spare.map(async (name) => ({ name, made: (await stat(join(packs, name))).mtimeMs })),
  )
  const oldestFirst = dated.sort((a, b) => a.made - b.made)
  for (const { name } of oldestFirst.slice(0, Math.max(0, spare.length - keep)))
    await rm(join(packs, name), { recursive: true })
}

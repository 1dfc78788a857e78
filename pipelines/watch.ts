import { existsSync, type FSWatcher, readdirSync, watch } from 'node:fs'
import { join } from 'node:path'

export interface Watching {
  /** Resolves when something changed and then nothing for a moment; at once when that was already so. */
  changed(): Promise<Set<string>>
  close(): void
}

/** Until the command that watches is interrupted. */
export function untilInterrupted(): AbortSignal {
  const ending = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort())
  return ending.signal
}

/** An editor writes a file in several steps; after this many milliseconds of silence it is done. */
const settleMs = 25

/**
 * Watches folders with all below them, and single files by the folder they are in. A watcher of its own for every
 * folder: a file that an editor replaces by another one of its name is noticed, and so is a new folder.
 */
export function watchFolders(folders: readonly string[], files: readonly string[] = []): Watching {
  const watchers = new Map<string, FSWatcher>()
  let changes = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let wake: (() => void) | undefined
  const settle = () => {
    timer = undefined
    wake?.()
  }
  const note = (path: string) => {
    changes.add(path)
    clearTimeout(timer)
    timer = setTimeout(settle, settleMs)
  }
  const follow = (folder: string, isWanted: (path: string) => boolean) => {
    if (watchers.has(folder) || !existsSync(folder)) return
    const watcher = watch(folder, (_, name) => {
      const path = join(folder, name ?? '')
      if (isWanted(path)) note(path)
    })
    watcher.on('error', () => {
      watcher.close()
      watchers.delete(folder)
    })
    watchers.set(folder, watcher)
  }
  const followAll = () => {
    for (const root of folders) {
      for (const folder of foldersBelow(root)) follow(folder, (path) => !isHidden(path))
    }
  }
  followAll()
  for (const file of files) follow(join(file, '..'), (path) => files.includes(path))
  return {
    async changed() {
      if (changes.size === 0 || timer) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      wake = undefined
      followAll()
      const seen = changes
      changes = new Set()
      return seen
    },
    close() {
      clearTimeout(timer)
      for (const watcher of watchers.values()) watcher.close()
      wake?.()
    },
  }
}

function foldersBelow(root: string): string[] {
  if (!existsSync(root)) return []
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  return [
    root,
    ...entries.filter((entry) => entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name)),
  ]
}

/** What editors lay beside a file while they write it. */
const isHidden = (path: string): boolean => /(^|\/)\.[^/]*$|~$|\.(swp|tmp)$/.test(path)

import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Config, readConfig } from './config.ts'
import { usageError } from './error.ts'

/** The repository: the base that every project is laid over. */
export const baseDir = resolve(import.meta.dirname, '..')

/** A file of the base or of the project; `key` is its path below the layer's folder, as `ltv/customers.sql`. */
export interface LayeredFile {
  key: string
  path: string
  /** The path as people name it: relative to where the command was started. */
  shown: string
  /** The file of the layer below that this one stands in for. */
  replaces?: LayeredFile
}

export interface Project {
  dir: string
  config: Config
  /** Where each made thing lives. Personal data: owner-only. */
  paths: {
    sources: string
    var: string
    landing: string
    building: string
    warehouse: string
    versions: string
    /** Warehouses of past days, made looking back. */
    past: string
    published: string
    runs: string
  }
  /** Files below `folder` of base and project; the project's file at the same path replaces the base's. Sorted by key. */
  layered(folder: 'sql' | 'reports' | 'templates'): Promise<LayeredFile[]>
}

/** Finds and checks a project. Throws a usage error when the folder is not one. */
export async function openProject(dir: string): Promise<Project> {
  const root = resolve(dir)
  const file = join(root, 'clientele.config.ts')
  if (!existsSync(file)) {
    throw usageError({
      what: `${shownPath(root)} is not a Clientele project: it has no clientele.config.ts`,
      how: 'Name a project folder with --project DIR, such as data/demo.',
    })
  }
  const config = readConfig(await importConfig(file), shownPath(file))
  const made = join(root, 'var')
  return {
    dir: root,
    config,
    paths: {
      sources: join(root, 'sources'),
      var: made,
      landing: join(made, 'landing'),
      building: join(made, 'building.duckdb'),
      warehouse: join(made, 'warehouse.duckdb'),
      versions: join(made, 'versions'),
      past: join(made, 'past'),
      published: join(made, 'published'),
      runs: join(made, 'runs'),
    },
    layered: (folder) => layered(folder, [baseDir, root]),
  }
}

async function importConfig(file: string): Promise<unknown> {
  try {
    return ((await import(pathToFileURL(file).href)) as { default: unknown }).default
  } catch (cause) {
    throw usageError({
      what: `the configuration does not load: ${(cause as Error).message}`,
      where: { file: shownPath(file) },
    })
  }
}

async function layered(folder: string, layers: string[]): Promise<LayeredFile[]> {
  const found = new Map<string, LayeredFile>()
  for (const layer of layers) {
    const root = join(layer, folder)
    if (!existsSync(root)) continue
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name.startsWith('.')) continue
      const path = join(entry.parentPath, entry.name)
      const key = relative(root, path).replaceAll('\\', '/')
      const below = found.get(key)
      found.set(key, { key, path, shown: shownPath(path), ...(below ? { replaces: below } : {}) })
    }
  }
  return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** A path relative to the working folder when that is shorter to read. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), path)
  return near === '' ? '.' : near.startsWith('..') ? path : near
}

/** Makes a folder that only its owner may enter. */
export async function privateDir(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  await chmod(path, 0o700)
  return path
}

/** The day before `now` in the project's time zone: the last complete day. */
export function yesterday(now: Date, timeZone: string): string {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(now)
  const day = new Date(`${today}T00:00:00Z`)
  day.setUTCDate(day.getUTCDate() - 1)
  return day.toISOString().slice(0, 10)
}

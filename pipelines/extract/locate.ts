import { existsSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import type { Source } from '../contract.ts'
import { type ClienteleError, usageError } from '../error.ts'
import type { StageContext } from '../stage.ts'

/** The first of the places that exists, or null. `env:NAME` is the path that an environment variable holds. */
export function locate({ project, env }: StageContext, places: string[]): string | null {
  for (const place of places) {
    const path = place.startsWith('env:') ? env[place.slice(4)] : place
    if (!path) continue
    const full = isAbsolute(path) ? path : resolve(project.dir, path)
    if (existsSync(full)) return full
  }
  return null
}

/** Every file that a pattern matches, in order of path. */
export async function locateAll({ project }: StageContext, pattern: string): Promise<string[]> {
  const found: string[] = []
  for await (const path of glob(pattern, { cwd: project.dir })) found.push(resolve(project.dir, path))
  return found.sort()
}

/** Nothing is there to read: a usage error that says where it was looked for and, by the contract, where to get it. */
export function missingInput(source: Source, what: string, places: string[]): ClienteleError {
  const looked = places.map((place) =>
    place.startsWith('env:') ? `the file named by $${place.slice(4)}` : place,
  )
  return usageError({
    what: `${what}: nothing to read. Looked for ${looked.join(', ')}`,
    where: { file: source.file },
    ...(source.missing ? { how: source.missing.trim() } : {}),
  })
}

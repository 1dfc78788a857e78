import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurable } from './durable.ts'
import { type Project, privateDir } from './project.ts'

/**
 * What landing knows of a source as a whole: `landing/<source>/source.json`. It belongs to what was delivered: the
 * warehouse says by it how old the source is, and since when it goes on with what it had.
 */
export interface SourceState {
  /** As-of date of the last night that read the source to its end; null: never. */
  readAsOf: string | null
  /** The source could not be read since then. */
  missed: Missed | null
}

export interface Missed {
  /** As-of date of the first night without it. */
  since: string
  /** What was wrong; no value of a row. */
  said: string
  /** By table: sequence of the last load before, 0 without one. What has landed since waits for the rest. */
  after: Record<string, number>
}

const fileOf = (project: Project, source: string): string =>
  join(project.paths.landing, source, 'source.json')

export async function sourceState(project: Project, source: string): Promise<SourceState> {
  const text = await readFile(fileOf(project, source), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  return text === null ? { readAsOf: null, missed: null } : (JSON.parse(text) as SourceState)
}

/** Writes it when it says something else than before. */
export async function keepSourceState(project: Project, source: string, state: SourceState): Promise<void> {
  const before = await sourceState(project, source)
  if (JSON.stringify(before) === JSON.stringify(state)) return
  await privateDir(join(project.paths.landing, source))
  await rm(`${fileOf(project, source)}.part`, { force: true })
  await writeDurable(fileOf(project, source), `${JSON.stringify(state)}\n`)
}

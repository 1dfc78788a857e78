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

/** What it knew before, until the night of a day: kept where it is not told by the rest. */
type Former = SourceState & { until: string }
type Filed = SourceState & { former?: Former[] }

const fileOf = (project: Project, source: string): string =>
  join(project.paths.landing, source, 'source.json')

/** What landing knows of a source, or knew on the night of `knownBy`. */
export async function sourceState(project: Project, source: string, knownBy?: string): Promise<SourceState> {
  const { former = [], ...state } = await filed(project, source)
  if (knownBy === undefined) return state
  const then = former.find(({ until }) => until > knownBy) ?? state
  const readAsOf = then.readAsOf !== null && then.readAsOf > knownBy ? knownBy : then.readAsOf
  return { readAsOf, missed: then.missed }
}

async function filed(project: Project, source: string): Promise<Filed> {
  const text = await readFile(fileOf(project, source), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  return text === null ? { readAsOf: null, missed: null } : (JSON.parse(text) as Filed)
}

/** Writes what a night found, when it says something else than before. */
export async function keepSourceState(
  project: Project,
  source: string,
  state: SourceState,
  asOf: string,
): Promise<void> {
  const { former = [], ...before } = await filed(project, source)
  if (JSON.stringify(before) === JSON.stringify(state)) return
  // That a source was read on the nights before goes without saying; that it was missed does not.
  const turned = JSON.stringify(before.missed) !== JSON.stringify(state.missed)
  const past = turned ? [...former, { ...before, until: asOf }] : former
  await privateDir(join(project.paths.landing, source))
  await rm(`${fileOf(project, source)}.part`, { force: true })
  const all: Filed = { ...state, ...(past.length > 0 ? { former: past } : {}) }
  await writeDurable(fileOf(project, source), `${JSON.stringify(all)}\n`)
}

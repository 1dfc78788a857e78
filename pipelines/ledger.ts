import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ClienteleError, formatFault } from './error.ts'
import type { Log } from './log.ts'
import { type Project, privateDir } from './project.ts'
import type { Scope } from './scoped.ts'

export interface TableCount {
  source: string
  table: string
  /** Rows that reached landing in this run. */
  landed: number
  /** Over all loads that stand in the warehouse: read = loaded + quarantined + superseded. */
  read: number
  loaded: number
  quarantined: number
  superseded: number
  /** Rows that had been in quarantine and were taken in by this run. */
  mended?: number
}

export interface ModelCount {
  built: number
  reused: number
  /** Of each model that was built; absent when the run did not build. */
  seconds?: Record<string, number>
  /** Of the audits that were run when a model was there: its own, and those that had waited for it. */
  auditSeconds?: Record<string, number>
}

export interface ReportFile {
  name: string
  /** Empty where a file is for all languages. */
  locale: string
  format: 'html' | 'pdf' | 'xlsx'
  path: string
}

/** What happened in a run: written after every stage, printed with `--json`. */
export interface RunRecord {
  /** Names what the night was made from: as-of date and fingerprint of (landing, code, parameters). Null until landing is complete. */
  runId: string | null
  command: string
  project: string
  asOf: string
  status: 'running' | 'done' | 'failed' | 'interrupted'
  startedAt: string
  endedAt: string | null
  pid: number
  stages: { name: string; seconds: number }[]
  tables: TableCount[]
  models: ModelCount
  audits: { passed: number; warned: number; failed: number }
  reports: ReportFile[]
  /** Where they can be read, and of which part of the firm they are. */
  pack?: { folder: string; customers?: number } & Scope
  /** Things that did not stop the run but that the operator must know. */
  warnings: string[]
  error: string | null
}

export interface Ledger {
  readonly record: RunRecord
  /** Times a stage and writes the record before and after it. */
  stage<T>(name: string, work: () => Promise<T>): Promise<T>
  finish(status: 'done' | 'failed', error?: unknown): Promise<void>
}

export interface Effects {
  clock: () => Date
  log: Log
}

/** Opens the record of one run, in `var/runs/<start>-<pid>/run.json`. */
export async function openLedger(
  project: Project,
  run: { command: string; asOf: string },
  { clock, log }: Effects,
): Promise<Ledger> {
  const started = clock()
  await privateDir(project.paths.var)
  await privateDir(project.paths.runs)
  const stamp = started.toISOString().replaceAll(/[-:]/g, '').replace(/\.\d+/, '')
  const dir = join(project.paths.runs, `${stamp}-${process.pid}`)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const record: RunRecord = {
    runId: null,
    command: run.command,
    project: project.config.name,
    asOf: run.asOf,
    status: 'running',
    startedAt: started.toISOString(),
    endedAt: null,
    pid: process.pid,
    stages: [],
    tables: [],
    models: { built: 0, reused: 0 },
    audits: { passed: 0, warned: 0, failed: 0 },
    reports: [],
    warnings: [],
    error: null,
  }
  const write = async () => {
    const file = join(dir, 'run.json')
    await writeFile(`${file}.part`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 })
    await rename(`${file}.part`, file)
  }
  await write()
  return {
    record,
    async stage(name, work) {
      const from = performance.now()
      log.progress(`${name} …`)
      try {
        return await work()
      } finally {
        const seconds = Math.round(performance.now() - from) / 1000
        record.stages.push({ name, seconds })
        await write()
      }
    },
    async finish(status, error) {
      record.status = status
      record.endedAt = clock().toISOString()
      if (error !== undefined) record.error = messageOf(error)
      await write()
    },
  }
}

/** Every run on record, oldest first. A run that says it is running although its process is gone was interrupted. */
export async function readRuns(project: Project): Promise<RunRecord[]> {
  const names = (await readdir(project.paths.runs).catch(() => [])).sort()
  const records = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(project.paths.runs, name, 'run.json'), 'utf8').catch(() => null)
      return text === null ? null : (JSON.parse(text) as RunRecord)
    }),
  )
  return records
    .filter((record) => record !== null)
    .map((record) =>
      record.status === 'running' && !isAlive(record.pid) ? { ...record, status: 'interrupted' } : record,
    )
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function messageOf(error: unknown): string {
  if (error instanceof ClienteleError) return error.faults.map(formatFault).join('\n\n')
  return error instanceof Error ? error.message : String(error)
}

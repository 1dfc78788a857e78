import type { Log } from './log.ts'
import type { Project } from './project.ts'

/** What every stage is handed: the project, the last day counted, and the effects it may have. */
export interface StageContext {
  project: Project
  /** YYYY-MM-DD, inclusive. */
  asOf: string
  /** Set where the past is looked at: only what landed up to the night of this day counts. Else all of landing does. */
  knownBy?: string
  clock: () => Date
  log: Log
  env: NodeJS.ProcessEnv
  /** From 0 to 1: spreads what is tried again over time. */
  random?: () => number
  sleep?: (milliseconds: number) => Promise<void>
}

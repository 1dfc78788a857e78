import { openLedger } from '../pipelines/ledger.ts'
import { nightly } from '../pipelines/nightly.ts'
import { acquireLock } from '../pipelines/publish/lock.ts'
import { stallProject } from './stall.ts'

/** A night of the stall, as the command line runs it, in a process that may be killed. Prints each step as it begins. */
const project = await stallProject(process.argv[2] as string)
const asOf = '2024-03-31'
const clock = () => new Date()
const log = { line() {}, progress: (text: string) => void process.stdout.write(`${text}\n`) }
const lock = await acquireLock(project, { command: 'nightly', asOf, startedAt: clock().toISOString() })
const ledger = await openLedger(project, { command: 'nightly', asOf }, { clock, log })
await nightly({ project, asOf, clock, log, env: process.env }, ledger)
await ledger.finish('done')
lock.release()

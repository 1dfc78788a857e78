import { exit } from '../error.ts'
import { streamLog } from '../log.ts'
import { openProject } from '../project.ts'
import { untilInterrupted } from '../watch.ts'
import { type DevEvents, openSession, watchSession } from './dev.ts'
import { ownFile } from './own-file.ts'
import { printModel, printPass } from './print-dev.ts'

export interface DevCommandOptions {
  project: string
  asOf?: string
  json?: boolean
  once?: boolean
  limit: number
  personal: boolean
  user?: string
}

/** Columns of the terminal; a file or a pipe has no edge. */
export const room = (): number =>
  process.stdout.isTTY ? (process.stdout.columns ?? 80) : Number.POSITIVE_INFINITY

/** `clientele dev`: one pass, or one after every save until it is interrupted. */
export async function runDev(options: DevCommandOptions, print: (text: string) => void): Promise<void> {
  const project = await openProject(options.project)
  const clock = () => new Date()
  const ctx = { project, asOf: options.asOf, clock, log: streamLog(process.stderr), env: process.env }
  const file = ownFile(project, options.user)
  const session = await openSession(
    ctx,
    { ...options, file },
    options.json ? asJson(print) : asText(print, clock),
  )
  if (options.once) {
    try {
      const { faults } = await session.pass()
      if (faults.length > 0) process.exitCode = exit.failed
    } finally {
      session.close()
    }
    return
  }
  await watchSession(ctx, session, untilInterrupted())
}

/** One JSON document a pass, each on a line. */
const asJson = (print: (text: string) => void): DevEvents => ({
  onStart() {},
  onModel() {},
  onEnd: (report) => print(JSON.stringify(report)),
})

function asText(print: (text: string) => void, clock: () => Date): DevEvents {
  return {
    onStart(saved) {
      if (saved.length > 0) print(`\n${clock().toTimeString().slice(0, 8)} ${saved.join(', ')}`)
    },
    onModel: (report) => print(printModel(report, room())),
    onEnd: (report) => print(printPass(report)),
  }
}

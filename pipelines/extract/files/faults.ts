import { ClienteleError } from '../../error.ts'
import { shownPath } from '../../project.ts'
import { machineFault } from '../machine.ts'

/** A file that is not whole yet. */
export class StillWritten extends ClienteleError {
  constructor(name: string) {
    const how = 'It may still be arriving: run again when it is complete.'
    super({ what: `${name} changed while it was read, or is still being written`, how })
  }
}

export const lostConnection = ({ name }: { name: string }, cause: Error): unknown => {
  if ((cause as NodeJS.ErrnoException).syscall) return cause
  const how = 'Nothing of it has landed: run again.'
  return new ClienteleError({ what: `${name} could not be fetched: ${cause.message}`, how }, 1, { cause })
}

/** A fault of a file says which file it was. */
export function located(error: unknown, path: string): unknown {
  const fault = machineFault(error)
  if (!(fault instanceof ClienteleError) || fault.faults.every(({ where }) => where)) return fault
  const faults = fault.faults.map((one) => ({ ...one, where: one.where ?? { file: shownPath(path) } }))
  return new ClienteleError(faults, fault.exitCode, { cause: fault.cause })
}

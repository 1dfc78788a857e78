import { ClienteleError } from '../error.ts'
import { machineFault } from './machine.ts'

/** Landing cannot be written: no fault of the source, and nothing that a night could go on with. */
export class LandingFault extends ClienteleError {}

/** What the machine refused us while we wrote landing ourselves; any other error is left as it is. */
export function writingFault(error: unknown): unknown {
  const fault = machineFault(error)
  if (fault === error || !(fault instanceof ClienteleError)) return error
  return new LandingFault({ what: `landing cannot be written: ${fault.faults[0]?.what}` }, 1, {
    cause: error,
  })
}

/**
 * Lets errors of our own and of the machine through and keeps the values out of all others: reading a delivery, the
 * engine quotes the line it stumbled over, and that line may hold anything about anybody.
 */
export async function withoutValues<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ClienteleError) throw error
    const said = (error as Error).message.split('\n')[0] ?? ''
    if (/^(IO|Out of Memory) Error/.test(said))
      throw new LandingFault({ what: `landing cannot be written: ${said}` }, 1, { cause: error })
    const kind = /^[A-Z][A-Za-z -]* Error/.exec(said)?.[0] ?? 'an unknown error'
    throw new ClienteleError(
      {
        what: `the engine cannot read what was delivered (${kind})`,
        how: 'Check delimiter, quote and encoding in the contract.',
      },
      1,
      { cause: error },
    )
  }
}

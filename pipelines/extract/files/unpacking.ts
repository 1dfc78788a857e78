import { Transform } from 'node:stream'
import { ClienteleError } from '../../error.ts'
import { shownPath } from '../../project.ts'

/** What any file may unpack to, where its contract does not say. */
const freely = 1 << 30
/** Beyond that, how many times its own length. What people deliver packs to a hundredth at the least. */
const usually = 250

/**
 * Counts what comes out of a packed file of so many bytes; throws when it is more than any delivery would be: a small
 * file that unpacks without end would fill the disk. `times`: as many times its length as the contract bears.
 */
export function unpackingOf(path: string, packed: number, times?: number): (bytes: number) => void {
  const most = times === undefined ? Math.max(freely, usually * packed) : times * packed
  let unpacked = 0
  return (bytes) => {
    unpacked += bytes
    if (unpacked <= most) return
    const what = `it unpacks to more than ${times ?? usually} times its length`
    const how =
      'If it is sound, say in the contract how many times it may: format: {unpacks: …}. Else ask its sender.'
    throw new ClienteleError({
      what: times === undefined ? `${what}: that is no delivery, but made to fill the disk` : what,
      where: { file: shownPath(path) },
      how,
    })
  }
}

/** The same as a step on the way out of a file. */
export function unpackingLimit(path: string, packed: number, times?: number): Transform {
  const count = unpackingOf(path, packed, times)
  return new Transform({
    transform(chunk: Buffer, _, done) {
      try {
        count(chunk.length)
        done(null, chunk)
      } catch (error) {
        done(error as Error)
      }
    },
  })
}

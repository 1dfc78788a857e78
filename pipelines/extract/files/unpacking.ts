import { Transform } from 'node:stream'
import { ClienteleError } from '../../error.ts'
import { shownPath } from '../../project.ts'

/** What any file may unpack to. */
const freely = 1 << 30
/** Beyond that, how many times its own length. What people deliver packs to a hundredth at the least. */
const mostTimes = 250

/**
 * Counts what comes out of a packed file of so many bytes; throws when it is more than any delivery would be: a small
 * file that unpacks without end would fill the disk.
 */
export function unpackingOf(path: string, packed: number): (bytes: number) => void {
  let unpacked = 0
  return (bytes) => {
    unpacked += bytes
    if (unpacked <= Math.max(freely, mostTimes * packed)) return
    throw new ClienteleError({
      what: `it unpacks to more than ${mostTimes} times its length: that is no delivery, but made to fill the disk`,
      where: { file: shownPath(path) },
      how: 'Ask its sender. If it is sound after all, unpack it first and have the contract name what came out.',
    })
  }
}

/** The same as a step on the way out of a file. */
export function unpackingLimit(path: string, packed: number): Transform {
  const count = unpackingOf(path, packed)
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

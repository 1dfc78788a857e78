import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { close, constants, open } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'

/** Bytes on their way into a named pipe that the engine reads like a file. */
export interface Feed {
  /** sha256 and number of bytes, once all of them were taken. */
  done: Promise<{ sha256: string; bytes: number }>
  /** Ends the waiting for a reader that does not come. */
  release(): Promise<void>
}

/** Makes a named pipe that only its owner may open: what flows through it never touches the disk. */
export const makePipe = async (path: string): Promise<void> => {
  await promisify(execFile)('mkfifo', ['-m', '600', path])
}

/** Waits for the engine to open the pipe, then starts the reading and hands its bytes over as fast as they are taken. */
export function feed(path: string, start: () => Readable): Feed {
  let released = false
  const run = async () => {
    const fd = await promisify(open)(path, constants.O_WRONLY)
    if (released) {
      await promisify(close)(fd)
      throw new Error('the reading was not begun')
    }
    const socket = new Socket({ fd, readable: false, writable: true })
    const hash = createHash('sha256')
    let bytes = 0
    const source = start()
    const flow = pipeline(source, socket)
    source.on('data', (chunk: Buffer) => {
      hash.update(chunk)
      bytes += chunk.length
    })
    await flow.catch((error) => {
      // The engine stopped reading: it has its own reason and says so.
      if (error.code === 'EPIPE') throw new EngineStopped()
      throw error
    })
    return { sha256: hash.digest('hex'), bytes }
  }
  const done = run()
  done.catch(() => {})
  return {
    done,
    async release() {
      released = true
      const fd = await promisify(open)(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null)
      await done.catch(() => {})
      if (fd !== null) await promisify(close)(fd)
    },
  }
}

/** Not the source's fault. */
export class EngineStopped extends Error {}

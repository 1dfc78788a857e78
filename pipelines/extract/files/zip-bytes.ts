import { close, read } from 'node:fs'
import { Readable } from 'node:stream'
import { RandomAccessReader } from 'yauzl'

const pieceBytes = 1 << 16

type Done = (error: Error | null) => void

/**
 * The bytes of a zip as its library asks for them. A damaged zip points to places that no file has; asked for those,
 * the machine's own functions throw where nobody catches.
 */
export class ZipBytes extends RandomAccessReader {
  private readonly file: number
  private readonly size: number

  constructor(file: number, size: number) {
    super()
    this.file = file
    this.size = size
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, done: Done): void {
    if (!this.holds(position, position + length)) {
      setImmediate(done, outside())
      return
    }
    read(this.file, buffer, offset, length, position, (error, bytes) =>
      done(error ?? (bytes < length ? outside() : null)),
    )
  }

  // A stream of the machine's own would close the file when it is destroyed.
  override _readStreamForRange(start: number, end: number): Readable {
    let at = start
    const next = (stream: Readable) => {
      if (at === end) {
        stream.push(null)
        return
      }
      const piece = Buffer.alloc(Math.min(pieceBytes, end - at))
      this.read(piece, 0, piece.length, at, (error) => {
        if (error) stream.destroy(error)
        else stream.push(piece)
      })
      at += piece.length
    }
    return new Readable({
      read() {
        next(this)
      },
    })
  }

  override close(done: Done): void {
    close(this.file, done)
  }

  private holds(start: number, end: number): boolean {
    return Number.isSafeInteger(start) && start >= 0 && start <= end && end <= this.size
  }
}

const outside = (): Error => new Error('it leads outside of itself')

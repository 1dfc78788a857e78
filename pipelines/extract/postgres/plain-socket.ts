import { Socket } from 'node:net'

const readAtOnce = 1 << 18

/**
 * A socket that reads into one piece of memory over and over: with new memory for every read, collecting it would take as
 * long as reading the values. Who sets `lends` must not keep what it is given; all others get a copy.
 */
export class PlainSocket extends Socket {
  lends = false

  constructor() {
    const buffer = Buffer.allocUnsafeSlow(readAtOnce)
    super({
      onread: {
        buffer,
        callback: (length) => {
          const bytes = buffer.subarray(0, length)
          this.emit('data', this.lends ? bytes : Buffer.from(bytes))
          return true
        },
      },
    } as ConstructorParameters<typeof Socket>[0])
  }
}

import { Readable } from 'node:stream'
import type { Connection } from 'mysql2'

/** Rows are joined until they are worth a write. */
const bundle = 1 << 16

/** The bytes of a query that gives one line a row: the server writes the lines, here they are only joined. */
export class Lines extends Readable {
  rowCount = 0
  readonly #connection: Connection
  #held: Buffer[] = []
  #size = 0
  #begun = false

  readonly #statement: string
  readonly #explain: (error: Error) => Error
  readonly #tooLong: () => Error

  constructor(
    connection: Connection,
    statement: string,
    { explain, tooLong }: { explain: (error: Error) => Error; tooLong: () => Error },
  ) {
    super({ highWaterMark: 1 << 18 })
    this.#connection = connection
    this.#statement = statement
    this.#explain = explain
    this.#tooLong = tooLong
  }

  override _read(): void {
    if (this.#begun) {
      this.#connection.resume()
      return
    }
    this.#begun = true
    const query = this.#connection.query({ sql: this.#statement, rowsAsArray: true, typeCast: false })
    query.on('result', (row) => this.#take((row as unknown as [Buffer | null])[0]))
    const fail = (error: Error) => this.destroy(this.#explain(error))
    query.on('error', fail)
    // The driver tells a lost line to the connection, not to the query.
    this.#connection.on('error', fail)
    query.on('end', () => {
      this.#connection.off('error', fail)
      this.#send()
      this.push(null)
    })
  }

  #take(line: Buffer | null): void {
    // A line longer than the server's max_allowed_packet is none at all.
    if (line === null) {
      this.destroy(this.#tooLong())
      return
    }
    this.rowCount += 1
    this.#held.push(line)
    this.#size += line.length
    if (this.#size >= bundle) this.#send()
  }

  #send(): void {
    if (this.#size === 0) return
    const rows = Buffer.concat(this.#held, this.#size)
    this.#held = []
    this.#size = 0
    if (!this.push(rows)) this.#connection.pause()
  }

  /** Nobody reads on: the server is told by the end of the connection. */
  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    if (!this.readableEnded) this.#connection.destroy()
    callback(error)
  }
}

import type { Connection } from 'mysql2'
import type { SourceColumn } from '../database/server.ts'
import type { Column } from '../parquet/column.ts'
import type { RowWriter } from '../parquet/rows.ts'
import { type Take, takeInto } from './values.ts'

/** A message of the protocol, as the driver has cut it out: good until the next one. */
interface Packet {
  buffer: Buffer
  offset: number
  end: number
  isEOF(): boolean
}

/** The driver's command: it hands each row to this, and goes on with what it returns. */
interface RowCommand {
  row(packet: Packet, connection: unknown): unknown
}

const nothing = 0xfb
/** Groups of rows on their way to the disk before the server has to wait. */
const groupsAhead = 2

/**
 * The rows of a query: values go straight from the bytes of the protocol into columns. Rows are taken before the driver
 * makes anything of them, neither an object nor a text.
 */
export class RowsOut {
  /** Kept once all rows are with the writer; with how many there were. */
  readonly done: Promise<number>
  readonly #connection: Connection
  readonly #rows: RowWriter
  readonly #takes: Take[]
  #reject!: (error: Error) => void
  #ahead = 0
  #failed = false

  constructor(
    connection: Connection,
    statement: string,
    columns: SourceColumn[],
    rows: RowWriter,
    explain: (error: Error) => Error,
  ) {
    this.#connection = connection
    this.#rows = rows
    this.#takes = columns.map(({ type }, i) => takeInto(rows.columns[i] as Column, type))
    this.done = new Promise((resolve, reject) => {
      this.#reject = reject
      const query = connection.query({ sql: statement, rowsAsArray: true, typeCast: false })
      this.#takeFrom(query as unknown as RowCommand)
      const fail = (error: Error) => this.stop(explain(error))
      query.on('error', fail)
      // The driver tells a lost line to the connection, not to the query.
      connection.on('error', fail)
      query.on('end', () => {
        connection.off('error', fail)
        resolve(rows.count)
      })
    })
    this.done.catch(() => {})
  }

  /** The server is told by the end of the connection that nobody reads on. */
  stop(error: Error): void {
    if (this.#failed) return
    this.#failed = true
    this.#reject(error)
    this.#connection.destroy()
  }

  #takeFrom(query: RowCommand): void {
    const ownRow = query.row
    const row = (packet: Packet, connection: unknown) => {
      if (packet.isEOF()) return ownRow.call(query, packet, connection)
      if (this.#failed) return row
      try {
        this.#take(packet)
      } catch (error) {
        this.stop(error as Error)
      }
      return row
    }
    query.row = row
  }

  #take({ buffer, offset, end }: Packet): void {
    const takes = this.#takes
    const { columns } = this.#rows
    let at = offset
    for (let i = 0; i < takes.length; i++) {
      let length = buffer[at++] as number
      if (length === nothing) {
        columns[i]?.addNull()
        continue
      }
      if (length > nothing) {
        const bytes = length === 0xfc ? 2 : length === 0xfd ? 3 : 8
        // A value of the protocol is of 2^30 bytes at the most.
        length = buffer.readUIntLE(at, Math.min(bytes, 6))
        at += bytes
      }
      ;(takes[i] as Take)(buffer, at, length)
      at += length
    }
    if (at !== end) throw new Error('a row is not as long as its values')
    if (this.#rows.endRow(at - offset)) this.#write()
  }

  #write(): void {
    this.#ahead += 1
    if (this.#ahead >= groupsAhead) this.#connection.pause()
    this.#rows.write().then(
      () => {
        this.#ahead -= 1
        if (!this.#failed) this.#connection.resume()
      },
      (error) => this.stop(error),
    )
  }
}

import type { Socket } from 'node:net'
import type { Connection, Submittable } from 'pg'
import type { SourceColumn } from '../database/server.ts'
import type { Column } from '../parquet/column.ts'
import type { RowWriter } from '../parquet/rows.ts'
import { PlainSocket } from './plain-socket.ts'
import { type Take, takeInto } from './values.ts'

/** Messages of the protocol. */
const copyData = 0x64
const passedOver = new Set([0x48, 0x4e, 0x53, 0x41]) // CopyOutResponse, notices, parameters, notifications
const headLength = 5
/** What a binary copy begins with: eleven bytes by which it is known, flags, and the length of what follows them. */
const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
const endOfRows = -1
/** Groups of rows on their way to the disk before the server has to wait. */
const groupsAhead = 2

type Listener = (chunk: Buffer) => void

/**
 * A `COPY … TO STDOUT (FORMAT BINARY)`: values go straight from the bytes that the network brought into columns. Nothing
 * is made of a row, neither an object nor a text.
 */
export class CopyOut implements Submittable {
  /** Kept once all rows are with the writer; with how many the server says it sent. */
  readonly done: Promise<number>
  readonly #statement: string
  readonly #explain: (error: Error) => Error
  readonly #rows: RowWriter
  readonly #takes: Take[]
  #resolve!: (rows: number) => void
  #reject!: (error: Error) => void
  #stream: Socket | undefined
  #others: Listener[] = []
  /** The beginning of a message whose end has not come yet. */
  #begun: Buffer[] = []
  #held = 0
  #isKnown = false
  #ahead = 0
  #sent = 0
  #failed: Error | undefined

  constructor(statement: string, columns: SourceColumn[], rows: RowWriter, explain: (error: Error) => Error) {
    this.#statement = statement
    this.#explain = explain
    this.#rows = rows
    this.#takes = columns.map(({ type }, i) => takeInto(rows.columns[i] as Column, type))
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.done.catch(() => {})
  }

  submit(connection: Connection): void {
    const { stream } = connection as Connection & { stream: Socket }
    this.#stream = stream
    this.#others = stream.listeners('data') as Listener[]
    stream.removeAllListeners('data')
    stream.on('data', this.#take)
    if (stream instanceof PlainSocket) stream.lends = true
    connection.query(this.#statement)
  }

  /** The server is told by the end of the connection that nobody reads on. */
  stop(error: Error): void {
    if (this.#failed) return
    this.#failed = error
    this.#stream?.removeListener('data', this.#take)
    this.#stream?.destroy()
    this.#reject(error)
  }

  readonly #take = (chunk: Buffer): void => {
    try {
      const rest = this.#held > 0 ? this.#complete(chunk) : chunk
      if (rest.length > 0) this.#messages(rest)
    } catch (error) {
      this.stop(error as Error)
    }
  }

  /** Puts a message together that came in pieces. Returns what follows it. */
  #complete(chunk: Buffer): Buffer {
    let rest = chunk
    if (this.#held < headLength) rest = this.#hold(rest, headLength - this.#held)
    if (this.#held < headLength) return rest
    const [first] = this.#begun as [Buffer]
    const head = first.length >= headLength ? first : Buffer.concat(this.#begun.slice(0, headLength))
    const length = 1 + head.readUInt32BE(1)
    rest = this.#hold(rest, length - this.#held)
    if (this.#held < length) return rest
    const message = Buffer.concat(this.#begun, this.#held)
    this.#begun = []
    this.#held = 0
    this.#messages(message, rest)
    return this.#stream?.listeners('data').includes(this.#take) ? rest : rest.subarray(rest.length)
  }

  #hold(chunk: Buffer, bytes: number): Buffer {
    const piece = chunk.subarray(0, bytes)
    // What is not used up at once may be written over.
    this.#begun.push(Buffer.from(piece))
    this.#held += piece.length
    return chunk.subarray(piece.length)
  }

  #messages(bytes: Buffer, after?: Buffer): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    let at = 0
    while (bytes.length - at >= headLength) {
      const code = bytes[at] as number
      const end = at + 1 + view.getUint32(at + 1)
      if (code !== copyData && !passedOver.has(code)) {
        const rest = bytes.subarray(at)
        this.#giveBack(after ? Buffer.concat([rest, after]) : rest)
        return
      }
      if (end > bytes.length) break
      if (code === copyData) this.#data(view, bytes, at + headLength, end)
      at = end
    }
    if (at < bytes.length) this.#hold(bytes.subarray(at), bytes.length)
  }

  #data(view: DataView, bytes: Buffer, from: number, end: number): void {
    let at = this.#isKnown ? from : this.#known(bytes, from)
    const takes = this.#takes
    const { columns } = this.#rows
    while (at < end) {
      const begun = at
      const fields = view.getInt16(at)
      at += 2
      if (fields === endOfRows) return
      if (fields !== takes.length) throw new Error(`a row of ${fields} fields instead of ${takes.length}`)
      for (let i = 0; i < fields; i++) {
        const length = view.getInt32(at)
        at += 4
        if (length < 0) columns[i]?.addNull()
        else {
          ;(takes[i] as Take)(view, bytes, at, length)
          at += length
        }
      }
      if (this.#rows.endRow(at - begun)) this.#write()
    }
  }

  #known(bytes: Buffer, at: number): number {
    const flags = at + signature.length
    if (!bytes.subarray(at, flags).equals(signature))
      throw new Error('what the server sends is no binary copy')
    this.#isKnown = true
    return flags + 8 + bytes.readUInt32BE(flags + 4)
  }

  #write(): void {
    this.#ahead += 1
    if (this.#ahead >= groupsAhead) this.#stream?.pause()
    this.#rows.write().then(
      () => {
        this.#ahead -= 1
        this.#stream?.resume()
      },
      (error) => this.stop(error),
    )
  }

  /** The rest of the conversation is the driver's. */
  #giveBack(rest: Buffer): void {
    const stream = this.#stream
    stream?.removeListener('data', this.#take)
    if (stream instanceof PlainSocket) stream.lends = false
    const kept = Buffer.from(rest)
    for (const listener of this.#others) stream?.on('data', listener)
    for (const listener of this.#others) listener(kept)
    stream?.resume()
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.#sent = Number(/^COPY (\d+)/.exec(text)?.[1] ?? 0)
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#sent)
  }

  handleError(error: Error): void {
    this.stop(this.#explain(error))
  }
}

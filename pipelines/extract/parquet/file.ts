import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { Column } from './column.ts'
import { type Group, groupOf, levelEncoding } from './group.ts'
import { Memory } from './memory.ts'
import { type Field, type Fields, int32, int64, list, struct, text, thrift } from './thrift.ts'
import { type NamedLayout, namedLayouts } from './types.ts'

const magic = Buffer.from('PAR1')
const zstd = 6

/**
 * A Parquet file in the making. Rows come in groups, each a page a column; any number of writers may bring groups at
 * once, which then stand in no particular order. Closed without `finish` it is no file that anything reads.
 */
export class ParquetFile {
  readonly #file: FileHandle
  readonly #columns: NamedLayout[]
  readonly #groups: Fields[] = []
  readonly #memory = new Memory()
  #rows = 0
  #size = magic.length
  #last: Promise<void>

  private constructor(file: FileHandle, columns: NamedLayout[]) {
    this.#file = file
    this.#columns = columns
    this.#last = this.#write([magic])
  }

  /** Makes a new file, for its owner only. */
  static async create(path: string, columns: { name: string; type: string }[]): Promise<ParquetFile> {
    const layouts = namedLayouts(columns)
    return new ParquetFile(await open(path, 'wx', 0o600), layouts)
  }

  columns(): Column[] {
    return this.#columns.map(({ layout }) => layout.column())
  }

  get rows(): number {
    return this.#rows
  }

  /** Takes the rows out of these columns. Returns the sha256 of the group, once it is written. */
  async add(columns: Column[], rows: number): Promise<string> {
    const group = await groupOf(columns, this.#columns, rows, this.#memory)
    const hash = createHash('sha256')
    for (const { bytes } of group.chunks) for (const piece of bytes) hash.update(piece)
    await this.append(group)
    return hash.digest('hex')
  }

  /** Writes a group that was made elsewhere. */
  append(group: Group): Promise<void> {
    return this.#inTurn(() => this.#addGroup(group))
  }

  async #addGroup({ rows, chunks }: Group): Promise<void> {
    const described: Field[] = []
    for (const [i, { bytes, unpacked }] of chunks.entries()) {
      const { name, layout } = this.#columns[i] as NamedLayout
      const at = int64(this.#size)
      const size = bytes.reduce((sum, piece) => sum + piece.length, 0)
      const encodings = list([int32(layout.encoding), int32(levelEncoding)])
      const chunk = struct({
        1: int32(layout.physical),
        2: encodings,
        3: list([text(name)]),
        4: int32(zstd),
        5: int64(rows),
        6: int64(unpacked),
        7: int64(size),
        9: at,
      })
      described.push(struct({ 2: at, 3: chunk }))
      this.#size += size
    }
    const unpacked = chunks.reduce((sum, chunk) => sum + chunk.unpacked, 0)
    this.#groups.push({ 1: list(described), 2: int64(unpacked), 3: int64(rows) })
    this.#rows += rows
    await this.#write(chunks.flatMap(({ bytes }) => bytes))
  }

  /** Writes what describes the rows, and closes. */
  async finish(): Promise<void> {
    const root = struct({ 4: text('schema'), 5: int32(this.#columns.length) })
    const schema = this.#columns.map(({ name, layout: { physical, width, meaning } }) =>
      struct({
        1: int32(physical),
        2: width === undefined ? undefined : int32(width),
        3: int32(1),
        4: text(name),
        ...meaning,
      }),
    )
    const foot = thrift({
      1: int32(2),
      2: list([root, ...schema]),
      3: int64(this.#rows),
      4: list(this.#groups.map(struct)),
      6: text('clientele'),
    })
    const length = Buffer.alloc(4)
    length.writeUInt32LE(foot.length)
    await this.#inTurn(() => this.#write([foot, length, magic]))
    await this.#file.sync()
    await this.close()
  }

  async close(): Promise<void> {
    await this.#last.catch(() => {})
    await this.#file.close().catch(() => {})
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work)
    return this.#last
  }

  async #write(pieces: Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; ) at += (await this.#file.write(piece, at)).bytesWritten
    }
  }
}

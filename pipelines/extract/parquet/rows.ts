import { createHash } from 'node:crypto'
import { type Column, groupRows } from './column.ts'
import type { ParquetFile } from './file.ts'

/** Bytes that are kept in memory at the most before they are written, but for a single row. */
const groupBytes = 32 << 20

/** One reader's rows on their way into a file. */
export class RowWriter {
  readonly columns: Column[]
  /** All rows that have ended, and the bytes they took on the way. */
  count = 0
  bytes = 0
  readonly #file: ParquetFile
  readonly #groups: Promise<string>[] = []
  #rows = 0
  #held = 0

  constructor(file: ParquetFile) {
    this.#file = file
    this.columns = file.columns()
  }

  /** Called after each row, with the bytes it took. True: time to write. */
  endRow(bytes: number): boolean {
    this.count += 1
    this.#rows += 1
    this.bytes += bytes
    this.#held += bytes
    return this.#rows === groupRows || this.#held >= groupBytes
  }

  /** Has what was kept written; its columns are empty on return, and the promise is kept once it stands in the file. */
  write(): Promise<unknown> {
    if (this.#rows === 0) return Promise.resolve()
    const group = this.#file.add(this.columns, this.#rows)
    this.#groups.push(group)
    // Whoever finishes meets the error.
    group.catch(() => {})
    this.#rows = 0
    this.#held = 0
    return group
  }

  /** sha256 of all rows in their order, once they are written. */
  async finish(): Promise<string> {
    await this.write()
    const hash = createHash('sha256')
    for (const group of this.#groups) hash.update(await group)
    return hash.digest('hex')
  }
}

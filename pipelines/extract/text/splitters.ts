import type { FileHandle } from 'node:fs/promises'
import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { DeliveredColumn } from '../delivery.ts'
import type { ParquetFile } from '../parquet/file.ts'
import type { Group } from '../parquet/group.ts'
import { Pieces } from './pieces.ts'
import type { Dialect } from './split.ts'

export interface Setting {
  columns: DeliveredColumn[]
  dialect: Dialect
  /** Lines before the first record; undefined for a thread that never sees the beginning. */
  skip: number | undefined
  cache: string | undefined
}

export interface Answer {
  groups: Group[]
  /** Whether the piece ended with a record. */
  end: 'whole' | 'amid' | 'unsound'
  piece: Uint8Array
}

/** A thread that splits pieces, one after the other. */
class Splitter {
  readonly #worker: Worker
  readonly #asked: PromiseWithResolvers<Answer>[] = []
  #fault: unknown

  constructor(setting: Setting) {
    this.#worker = new Worker(new URL('./split-pieces.ts', import.meta.url), { workerData: setting })
    this.#worker.on('message', (answer: Answer) => this.#asked.shift()?.resolve(answer))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', (code) => this.#fail(new Error(`its thread ended with code ${code}`)))
  }

  split(piece: Uint8Array): Promise<Answer> {
    const asked = Promise.withResolvers<Answer>()
    // Whoever waits for it meets the error.
    asked.promise.catch(() => {})
    this.#asked.push(asked)
    if (this.#fault !== undefined) this.#fail(this.#fault)
    this.#worker.postMessage(piece)
    return asked.promise
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  /** It answers no more. */
  #fail(error: unknown): void {
    this.#fault ??= error
    for (const { reject } of this.#asked.splice(0)) reject(error)
  }
}

/** Pieces that are under way for each thread: it goes on with one while the other is fetched. */
const ahead = 2

interface Pending {
  from: number
  answer: Promise<Answer>
}

/**
 * Writes the records of a text from its beginning, piece by piece, each split on one of several threads. Returns the
 * place in the file up to which they are written: its end, or where a piece begins that did not end with a record, and
 * one thread has to go on. Null: the text is not sound. Each piece begins where the one before it was found to end,
 * which makes this as exact as one thread is.
 */
export async function splitOnThreads(
  source: FileHandle,
  file: ParquetFile,
  setting: Omit<Setting, 'cache'>,
  { threads, bytes }: { threads: number; bytes: number },
): Promise<number | null> {
  const cache = getCompileCacheDir()
  const splitters = Array.from(
    { length: threads },
    (_, i) => new Splitter({ ...setting, skip: i === 0 ? setting.skip : undefined, cache }),
  )
  try {
    const pieces = new Pieces(source, setting.dialect.quote, bytes)
    const pending: Pending[] = []
    for (let count = 0; ; count++) {
      const { from } = pieces
      const piece = await pieces.next()
      if (piece) {
        const splitter = splitters[count % threads] as Splitter
        pending.push({ from, answer: splitter.split(piece) })
        if (pending.length < threads * ahead) continue
      }
      const first = pending.shift()
      if (!first) return from
      const { groups, end, piece: done } = await first.answer
      if (end !== 'whole') return end === 'unsound' ? null : first.from
      pieces.giveBack(done)
      for (const group of groups) await file.append(group)
    }
  } finally {
    await Promise.all(splitters.map((splitter) => splitter.close()))
  }
}

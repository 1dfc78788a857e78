import { once } from 'node:events'
import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import type * as arrow from 'apache-arrow'
import type { Named } from './handed.ts'
import { addressOf } from './read-ts.ts'
import type { TsModel } from './source.ts'

/** Columns travel as Arrow's own bytes. */
export interface Task extends Named {
  /** The module of the model. */
  address: string
  inputs: [name: string, bytes: Uint8Array][]
}

export type Answer = { bytes: Uint8Array; message?: undefined } | { message: string; stack?: string }

/** A thread that calculates TypeScript models, one at a time, while the engine goes on with others. */
export interface Calculator {
  run(model: TsModel, inputs: Record<string, arrow.Table>, named: Named): Promise<arrow.Table>
  close(): Promise<void>
}

/** Below this many values a model is done before a thread has begun. */
export const worthAThread = 30_000

export const valuesIn = (inputs: Record<string, arrow.Table>): number =>
  Object.values(inputs).reduce((sum, { numRows, numCols }) => sum + numRows * numCols, 0)

/** The thread begins with the first model. */
export function openCalculator(): Calculator {
  let worker: Worker | undefined
  return {
    async run(model, inputs, named) {
      const { tableFromIPC, tableToIPC } = await import('apache-arrow')
      worker ??= new Worker(new URL('./calculate.ts', import.meta.url), {
        workerData: getCompileCacheDir(),
      })
      const tables = Object.entries(inputs).map(
        ([name, table]) => [name, tableToIPC(table)] as [string, Uint8Array],
      )
      const answer = await ask(worker, { address: addressOf(model.file), inputs: tables, ...named })
      if (answer.message === undefined) return tableFromIPC(answer.bytes)
      throw Object.assign(new Error(answer.message), answer.stack ? { stack: answer.stack } : {})
    },
    async close() {
      await worker?.terminate()
    },
  }
}

async function ask(worker: Worker, task: Task): Promise<Answer> {
  const answered = new AbortController()
  const { signal } = answered
  const ended = once(worker, 'exit', { signal }).then(([code]) => {
    throw new Error(`its thread ended with code ${code}`)
  })
  try {
    const answer = once(worker, 'message', { signal })
    const bytes = task.inputs.map(([, { buffer }]) => buffer as ArrayBuffer)
    worker.postMessage(task, bytes)
    const [first] = await Promise.race([answer, ended])
    return first as Answer
  } finally {
    answered.abort()
  }
}

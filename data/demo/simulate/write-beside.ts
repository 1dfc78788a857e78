import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { Sink } from './write.ts'

/** What the other thread is told: a table that begins, rows of it, or that all were sent. */
export type Told = { name: string; columns: readonly string[] } | readonly unknown[] | 'finish'
/** What it answers in the end. */
export type Answer = { written: number } | { error: unknown }

/** Longer than any world takes to write: a thread that is silent for as long has died. */
const patience = 600_000

/**
 * A database that another thread writes while this one makes the rows of the next table. `finish` waits for it.
 */
export function openSinkBeside(path: string): Sink {
  const { port1: port, port2: theirs } = new MessageChannel()
  const done = new Int32Array(new SharedArrayBuffer(4))
  const thread = new Worker(new URL('./writing-thread.ts', import.meta.url), {
    workerData: { path, port: theirs, done },
    transferList: [theirs],
  })
  thread.unref()
  port.unref()
  const tell = (told: Told) => port.postMessage(told)
  const leave = () => {
    port.close()
    void thread.terminate()
  }
  return {
    begin: (name, columns) => tell({ name, columns }),
    add: tell,
    finish() {
      tell('finish')
      Atomics.wait(done, 0, 0, patience)
      const answer = receiveMessageOnPort(port)?.message as Answer | undefined
      leave()
      if (answer === undefined) throw new Error(`${path}: the thread that writes it does not answer`)
      if ('error' in answer) throw answer.error
      return answer.written
    },
    abandon: leave,
  }
}

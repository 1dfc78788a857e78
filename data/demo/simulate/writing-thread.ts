import type { SQLInputValue } from 'node:sqlite'
import { type MessagePort, workerData } from 'node:worker_threads'
import { openSink, type Sink } from './write.ts'
import type { Answer, Told } from './write-beside.ts'

const { path, port, done } = workerData as {
  path: string
  port: MessagePort
  done: Int32Array<SharedArrayBuffer>
}

let sink: Sink | undefined
let answered = false

function answer(said: Answer): void {
  answered = true
  port.postMessage(said)
  Atomics.store(done, 0, 1)
  Atomics.notify(done, 0)
}

port.on('message', (told: Told) => {
  // After a failure there is nothing more to write.
  if (answered) return
  try {
    sink ??= openSink(path)
    if (told === 'finish') answer({ written: sink.finish() })
    else if ('name' in told) sink.begin(told.name, told.columns)
    else sink.add(told as readonly SQLInputValue[])
  } catch (error) {
    sink?.abandon()
    answer({ error })
  }
})

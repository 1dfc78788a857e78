import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { Answer, Task } from './calculator.ts'

// What the main thread keeps of compiled code serves here too.
if (workerData) enableCompileCache(workerData as string)

/** Runs on a thread of its own: one TypeScript model after the other. */
parentPort?.on('message', async (task: Task) => {
  try {
    const bytes = await resultOf(task)
    parentPort?.postMessage({ bytes } satisfies Answer, [bytes.buffer as ArrayBuffer])
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error))
    parentPort?.postMessage({ message, ...(stack === undefined ? {} : { stack }) } satisfies Answer)
  }
})

async function resultOf({ address, inputs, numbers, asOf }: Task): Promise<Uint8Array> {
  const [arrow, { asTable }, { handed }] = await Promise.all([
    import('apache-arrow'),
    import('./arrow-columns.ts'),
    import('./handed.ts'),
  ])
  const module = await import(address)
  const tables = Object.fromEntries(inputs.map(([name, bytes]) => [name, arrow.tableFromIPC(bytes)]))
  return arrow.tableToIPC(asTable(await module.default.run(handed(tables, { numbers, asOf }))))
}

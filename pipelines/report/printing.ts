import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { BrowserChoice } from './browser.ts'
import type { Print } from './print.ts'
import type { Beginning, Told, Wish } from './print-thread.ts'

/** Prints pages while others are made. */
export interface Printing {
  /** Whether a browser prints, and why each that was tried did not start. */
  started: Promise<{ prints: boolean; failures: string[] }>
  print: Print
  close(): Promise<void>
}

/** No page is to be printed. */
export const noPrinting: Printing = {
  started: Promise.resolve({ prints: false, failures: [] }),
  print: () => Promise.reject(new Error('nothing prints')),
  close: async () => undefined,
}

/** A browser and a thread that speaks with it: whoever makes pages has no time to listen. */
export function openPrinting(choice: BrowserChoice): Printing {
  const workerData: Beginning = { choice, cache: getCompileCacheDir() }
  const worker = new Worker(new URL('./print-thread.ts', import.meta.url), { workerData })
  const waiting = new Map<number, PromiseWithResolvers<Uint8Array>>()
  const started = Promise.withResolvers<{ prints: boolean; failures: string[] }>()
  const ended = Promise.withResolvers<void>()
  const fail = (error: Error) => {
    started.reject(error)
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  // Whoever waits for it hears of it.
  started.promise.catch(() => undefined)
  worker.on('message', (told: Told) => {
    if (told.is === 'started') {
      started.resolve(told)
      return
    }
    const page = waiting.get(told.id)
    waiting.delete(told.id)
    if (told.is === 'printed') page?.resolve(told.pdf)
    else page?.reject(new Error(told.message))
  })
  worker.on('error', fail)
  worker.on('exit', (code) => {
    fail(new Error(`the thread that prints ended with code ${code}`))
    ended.resolve()
  })
  const wish = (what: Wish) => worker.postMessage(what)
  let asked = 0
  return {
    started: started.promise,
    print(html) {
      const id = asked++
      const page = Promise.withResolvers<Uint8Array>()
      waiting.set(id, page)
      wish({ id, html })
      return page.promise
    },
    async close() {
      wish('close')
      await ended.promise
    },
  }
}

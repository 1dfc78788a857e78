import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { BrowserChoice } from './browser.ts'

/** What the thread is begun with. */
export interface Beginning {
  choice: BrowserChoice
  /** Where compiled code is kept. */
  cache: string | undefined
}

/** A page to print, or the end. */
export type Wish = { id: number; html: string } | 'close'

export type Told =
  | { is: 'started'; failures: string[]; prints: boolean }
  | { is: 'printed'; id: number; pdf: Uint8Array }
  | { is: 'failed'; id: number; message: string }

const port = parentPort
if (port) {
  const { choice, cache } = workerData as Beginning
  // What the main thread keeps of compiled code serves here too.
  if (cache) enableCompileCache(cache)
  const [{ startBrowser, stopBrowser }, { openPrinter }] = await Promise.all([
    import('./browser.ts'),
    import('./print.ts'),
  ])
  const tell = (told: Told, transfer: ArrayBuffer[] = []) => port.postMessage(told, transfer)
  const starting = startBrowser(choice)
  const print = openPrinter(starting)
  port.on('message', async (wish: Wish) => {
    if (wish === 'close') {
      const { browser } = await starting
      if (browser) await stopBrowser(browser)
      port.close()
      return
    }
    const { id, html } = wish
    try {
      const pdf = new Uint8Array(await print(html))
      tell({ is: 'printed', id, pdf }, [pdf.buffer])
    } catch (error) {
      tell({ is: 'failed', id, message: (error as Error).message })
    }
  })
  const { browser, failures } = await starting
  tell({ is: 'started', failures, prints: browser !== undefined })
}

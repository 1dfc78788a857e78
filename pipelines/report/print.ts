import type { Browser, Page } from 'puppeteer-core'
import type { Started } from './browser.ts'

/** Prints a page. */
export type Print = (html: string) => Promise<Uint8Array>

/** As many as there are cores on a small machine; to open one for each page costs the browser as much as the printing. */
const tabs = 2

/** A page takes a quarter of a second. On a machine that does much else besides it may wait as long for its turn. */
const patience = 110_000

/** Prints pages one after the other in a few tabs, as soon as the browser has started. It closes them with itself. */
export function openPrinter(starting: Promise<Started>): Print {
  const lanes = Array.from({ length: tabs }, () => openLane(starting))
  let taken = 0
  return (html) => (lanes[taken++ % tabs] as Print)(html)
}

function openLane(starting: Promise<Started>): Print {
  let tab: Promise<Page> | undefined
  let last: Promise<unknown> = Promise.resolve()
  const printNext = async (html: string) => {
    tab ??= starting.then(({ browser }) => openTab(browser))
    try {
      return await printPdf(await tab, html)
    } catch (error) {
      // What failed may have left the tab unusable: the next page gets one of its own.
      const broken = tab
      tab = undefined
      await broken.then((page) => page.close()).catch(() => undefined)
      throw error
    }
  }
  return (html) => {
    const printed = last.then(() => printNext(html))
    last = printed.catch(() => undefined)
    return printed
  }
}

async function openTab(browser: Browser | undefined): Promise<Page> {
  if (!browser) throw new Error('no browser')
  const page = await browser.newPage()
  await page.setJavaScriptEnabled(false)
  return page
}

/**
 * Prints as PDF: A4, tagged, with an outline; language and title are the document's own. Sizes, page numbers and what
 * may not be cut are the style sheet's. Waits until the embedded fonts are there.
 */
async function printPdf(page: Page, html: string): Promise<Uint8Array> {
  await page.setContent(html, { waitUntil: 'load', timeout: patience })
  return page.pdf({
    preferCSSPageSize: true,
    printBackground: true,
    tagged: true,
    outline: true,
    waitForFonts: true,
    timeout: patience,
  })
}

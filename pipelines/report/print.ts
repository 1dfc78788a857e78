import type { Browser } from 'puppeteer-core'

/**
 * Prints a page as PDF: A4, tagged, with an outline; language and title are the document's own. Sizes, page numbers
 * and what may not be cut are the style sheet's. Waits until the embedded fonts are there.
 */
export async function printPdf(browser: Browser, html: string): Promise<Uint8Array> {
  const page = await browser.newPage()
  try {
    await page.setJavaScriptEnabled(false)
    await page.setContent(html, { waitUntil: 'load' })
    return await page.pdf({
      preferCSSPageSize: true,
      printBackground: true,
      tagged: true,
      outline: true,
      waitForFonts: true,
    })
  } finally {
    await page.close().catch(() => undefined)
  }
}

/**
 * Pages of the demonstration's pack to PDF: `node bench/pdf.ts [rounds]`, 3 without. Each round prints every report in
 * both languages as the night does, in two tabs of one browser, and the same one after the other. Needs a
 * pack that this very code has published (`npm run nightly`).
 */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openProject } from '../pipelines/project.ts'
import { startBrowser, stopBrowser } from '../pipelines/report/browser.ts'
import { onPaper } from '../pipelines/report/policy.ts'
import { openPrinter, type Print } from '../pipelines/report/print.ts'
import { policyMark } from '../pipelines/report/render.ts'
import { readPdf } from '../test/report/pdf-objects.ts'

const rounds = Number(process.argv[2] ?? 3)
const project = await openProject(join(import.meta.dirname, '../data/demo'))
const pack = join(project.paths.published, 'latest')
/** The policy of a published page is for the screen. */
const forPaper = (html: string) =>
  onPaper(html.replace(/(http-equiv="Content-Security-Policy" content=)"[^"]*"/, `$1"${policyMark}"`))
const names = (await readdir(pack)).filter(
  (name) => /\.(en|zh-CN)\.html$/.test(name) && !name.startsWith('index'),
)
const pages = await Promise.all(names.map(async (name) => forPaper(await readFile(join(pack, name), 'utf8'))))

const ways: Record<string, (print: Print) => Promise<Uint8Array[]>> = {
  'side by side': (print) => Promise.all(pages.map(print)),
  'one by one': async (print) => {
    const printed: Uint8Array[] = []
    for (const page of pages) printed.push(await print(page))
    return printed
  },
}

const starting = startBrowser({ named: project.config.browser, env: process.env, carried: true })
const { browser, failures } = await starting
if (!browser) throw new Error(failures.join('; '))
const print = openPrinter(starting)
const took: Record<string, number[]> = {}
let count = 0
// The first opens the tabs and warms the browser.
await Promise.all(pages.slice(0, 2).map(print))
for (let round = 0; round < rounds; round++) {
  for (const [name, way] of Object.entries(ways)) {
    const start = performance.now()
    const printed = await way(print)
    took[name] = [...(took[name] ?? []), (performance.now() - start) / 1000]
    count = printed.reduce((sum, pdf) => sum + readPdf(Buffer.from(pdf).toString('latin1')).pages, 0)
  }
}
await stopBrowser(browser)
for (const [name, seconds] of Object.entries(took)) {
  const median = seconds.toSorted((a, b) => a - b)[Math.floor(seconds.length / 2)] as number
  process.stdout.write(
    `${name}: ${pages.length} reports, ${count} pages in ${median.toFixed(2)} s: ${(count / median).toFixed(1)} pages a second\n`,
  )
}

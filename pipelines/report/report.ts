import { join } from 'node:path'
import type { ReportFile } from '../ledger.ts'
import type { StageContext } from '../stage.ts'
import { type Started, startBrowser, stopBrowser } from './browser.ts'
import { chooseReports, type ReportFolder, readReports } from './folder.ts'
import type { Locale } from './locale.ts'
import { openPack, type Pack } from './pack.ts'
import { type PackPart, writeParts } from './parts.ts'
import { fileOf, indexFile, indexName, openPress, printAll } from './press.ts'
import type { Rendered } from './render.ts'
import { readWarehouse } from './warehouse.ts'

export type ReportFormat = 'html' | 'pdf'

export interface ReportOptions {
  /** Names of reports; all where left out. */
  names?: string[]
  /** Languages of the project; all where left out. */
  locales?: Locale[]
  formats?: ReportFormat[]
  /** What other stages add to the pack. */
  parts?: readonly PackPart[]
  /** False passes over the browser that the packages carry. */
  carriedBrowser?: boolean
}

export interface ReportResult {
  files: ReportFile[]
  /** What the pack lacks, as the PDF or a part; why, and how to mend it. */
  missing?: string
}

/**
 * Renders the pack of one published warehouse, which it opens read-only, and shows it under `published/<as-of>`.
 * Queries run once for all languages. Every fault of the reports is thrown before anything is shown. When no browser
 * starts, the pack comes out as HTML and `missing` says why. Reports and parts appear together.
 */
export async function report(
  ctx: StageContext,
  warehousePath: string,
  options: ReportOptions = {},
): Promise<ReportResult> {
  const { project } = ctx
  const formats = options.formats ?? ['html', 'pdf']
  const reports = await readReports(project, project.config.locales)
  const chosen = chooseReports(
    reports.filter(({ name }) => name !== indexName),
    options.names,
  )
  // The browser starts while the queries run.
  const starting: Promise<Started> = chosen.some(isPrinted(formats))
    ? startBrowser({ named: project.config.browser, env: ctx.env, carried: options.carriedBrowser ?? true })
    : Promise.resolve({ failures: [] })
  try {
    ctx.log.progress('report: queries …')
    const wanted = reports.map((one) => ({
      report: one,
      onlyFindings: one.name !== indexName && !chosen.includes(one),
    }))
    const night = await readWarehouse(warehousePath, project, wanted)
    const pack = await openPack(project, night.facts)
    try {
      const locales = project.config.locales.filter((locale) => options.locales?.includes(locale) ?? true)
      const press = await openPress(project, reports, night)
      const names = (format: ReportFormat) =>
        locales.flatMap((locale) => chosen.map((one) => fileOf(one.name, locale, format)))
      const { parts = [] } = options
      const planned = new Set([...pack.others, ...names('html'), ...names('pdf')])
      const plannedParts = new Set([...pack.otherFolders, ...parts.map(({ folder }) => folder)])
      ctx.log.progress('report: pages …')
      const pages = press.render(chosen, locales, planned)
      const withType = await press.setType([...pages, ...press.index(planned, plannedParts)])
      const files = await writePages(pack, pages, withType, formats)
      ctx.log.progress('report: PDF …')
      // Parts are made while the browser prints.
      const [printing, adding] = await Promise.allSettled([
        writePdfs(pack, pages, withType, await starting, formats),
        writeParts(pack, parts),
      ])
      if (printing.status === 'rejected') throw printing.reason
      if (adding.status === 'rejected') throw adding.reason
      const { files: pdfs, missing: unprinted } = printing.value
      const { written: made, missing: unmade } = adding.value
      const missing = [...(unprinted ? [unprinted] : []), ...unmade].join('\n')
      const written = [...files, ...pdfs]
      const index = press.index(
        new Set([...pack.others, ...written.map(({ path }) => path)]),
        new Set([...pack.otherFolders, ...made]),
      )
      for (const page of index)
        await pack.write(indexFile(page.locale, project.config.locales), withType(page))
      const folder = await pack.finish()
      return {
        files: written.map((file) => ({ ...file, path: join(folder, file.path) })),
        ...(missing ? { missing } : {}),
      }
    } catch (error) {
      await pack.abandon()
      throw error
    }
  } finally {
    const { browser } = await starting
    if (browser) await stopBrowser(browser)
  }
}

type WithType = (page: Rendered) => string

async function writePages(
  pack: Pack,
  pages: Rendered[],
  withType: WithType,
  formats: ReportFormat[],
): Promise<ReportFile[]> {
  if (!formats.includes('html')) return []
  return Promise.all(
    pages.filter(prints('html')).map(async (page) => {
      const file = fileOfPage(page, 'html')
      await pack.write(file.path, withType(page))
      return file
    }),
  )
}

async function writePdfs(
  pack: Pack,
  pages: Rendered[],
  withType: WithType,
  { browser, failures }: Started,
  formats: ReportFormat[],
): Promise<ReportResult> {
  const wanted = pages.filter(prints('pdf'))
  if (!formats.includes('pdf') || wanted.length === 0) return { files: [] }
  if (!browser) return { files: [], missing: noBrowser(failures) }
  const { printed, failures: unprinted } = await printAll(
    browser,
    wanted.map((page) => ({ name: fileOfPage(page, 'pdf').path, html: withType(page) })),
  )
  for (const { name, content } of printed) await pack.write(name, content)
  const files = wanted
    .map((page) => fileOfPage(page, 'pdf'))
    .filter(({ path }) => printed.some(({ name }) => name === path))
  return unprinted.length === 0
    ? { files }
    : { files, missing: `PDF could not be printed: ${unprinted.join('; ')}` }
}

const isPrinted =
  (formats: ReportFormat[]) =>
  ({ editions }: ReportFolder): boolean =>
    formats.includes('pdf') && [...editions.values()].some(({ front }) => front.formats.includes('pdf'))

const prints = (format: ReportFormat) => (page: Rendered) =>
  page.report.editions.get(page.locale)?.front.formats.includes(format) ?? false

function fileOfPage({ report: { name }, locale }: Rendered, format: ReportFormat): ReportFile {
  return { name, locale, format, path: fileOf(name, locale, format) }
}

function noBrowser(failures: string[]): string {
  const tried = failures.map((failure) => `  ${failure}`).join('\n')
  return `no PDF: no browser starts\n${tried}\n  Install Chromium or Chrome, or name one as "browser" in clientele.config.ts. The HTML pages are complete.`
}

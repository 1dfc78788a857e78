import { join } from 'node:path'
import { type Fault, throwFaults, usageError } from '../error.ts'
import type { ReportFile } from '../ledger.ts'
import type { OpenScoped, Scope } from '../scoped.ts'
import type { StageContext } from '../stage.ts'
import { apartName } from './apart.ts'
import { chooseReports, type ReportFolder, readReports } from './folder.ts'
import type { Locale } from './locale.ts'
import { openPack, type Pack } from './pack.ts'
import { type PackPart, writeParts } from './parts.ts'
import { fileOf, indexFile, indexName, openPress, type Planned, type Press, type WithType } from './press.ts'
import type { Print } from './print.ts'
import { noPrinting, openPrinting, type Printing } from './printing.ts'
import type { Rendered } from './render.ts'
import { type Given, isWhole, queriesOf, readWarehouse, refuseIdle, takes } from './warehouse.ts'
import { type Bound, workbookFile, writeWorkbook } from './workbook/workbook.ts'

export type ReportFormat = 'html' | 'pdf' | 'xlsx'

export interface ReportOptions {
  /** Names of reports; all where left out. */
  names?: string[]
  /** Languages of the project; all where left out. */
  locales?: Locale[]
  formats?: ReportFormat[]
  /** What a reader asks for, read with `given('…')`: the pages then stand in a pack of their own. */
  given?: Given
  /** The currency that money is shown in, at the rate of the as-of day; also in a pack of its own. */
  currency?: string
  /** Opens what a pack of a part of the firm is read from; also in a pack of its own. */
  openScoped?: OpenScoped
  /** What other stages add to the pack. */
  parts?: readonly PackPart[]
  /** A pack of a past day is not the latest. */
  isPast?: boolean
  /** False passes over the browser that the packages carry. */
  carriedBrowser?: boolean
}

export interface ReportResult {
  files: ReportFile[]
  /** The run that made the warehouse. */
  runId: string
  /** What the pack lacks, as the PDF or a part; why, and how to mend it. */
  missing?: string
  /** The folder of the pack. */
  folder: string
  /** The part of the firm that it is of. */
  part?: { scope: Scope; customers: number } | undefined
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
  const formats = options.formats ?? ['html', 'pdf', 'xlsx']
  const reports = await readReports(project, project.config.locales)
  const given = options.given ?? {}
  const chosen = chooseReports(
    reports.filter((one) => one.name !== indexName && (options.names !== undefined || takes(one, given))),
    options.names,
  )
  refuseIdle(chosen, reports, given)
  if (options.given && options.openScoped)
    throw usageError({ what: '--customer is one of the whole firm: it goes without --region and --segment' })
  // The browser starts while the queries run.
  const printing: Printing = chosen.some(isPrinted(formats))
    ? openPrinting({
        named: project.config.browser,
        env: { ...ctx.env },
        carried: options.carriedBrowser ?? true,
      })
    : noPrinting
  try {
    const wanted = reports.map((one) => ({
      report: one,
      onlyFindings: one.name !== indexName && !chosen.includes(one),
    }))
    const scoped = await options.openScoped?.(
      wanted.filter(({ report }) => !isWhole(report)).flatMap((one) => queriesOf(one).map(({ sql }) => sql)),
    )
    ctx.log.progress('report: queries …')
    const { currency } = options
    const reading = readWarehouse(warehousePath, project, wanted, { given, currency, scoped })
    const night = await reading.finally(() => scoped?.close())
    const { region, segment } = scoped?.scope ?? {}
    const apart = apartName(night.facts.asOf, { region, segment, ...given, currency })
    const pack = await openPack(project, night.facts, { apart, isPast: options.isPast ?? false })
    try {
      const press = await openPress(project, reports, night)
      return await fill({ ctx, pack, press, night, chosen, formats, options, printing })
    } catch (error) {
      await pack.abandon()
      throw error
    }
  } finally {
    await printing.close()
  }
}

/** All that goes into one pack. */
interface Work {
  ctx: StageContext
  pack: Pack
  press: Press
  night: Pick<Bound, 'facts' | 'results'>
  chosen: ReportFolder[]
  formats: ReportFormat[]
  options: ReportOptions
  printing: Printing
}

async function fill(work: Work): Promise<ReportResult> {
  const { ctx, pack, press, night, printing, options } = work
  const { parts = [] } = options
  const { locales } = ctx.project.config
  const pages = await makePages(work)
  ctx.log.progress('report: PDF …')
  const [pdfs, adding, binding] = await Promise.allSettled([
    writePdfs(pack, pages.printing, printing),
    writeParts(pack, parts),
    isBound(work) ? bind(pack, { ...night, pages: pages.all.filter(isForWorkbook), words: press.words }) : [],
  ])
  for (const settled of [pdfs, adding, binding]) if (settled.status === 'rejected') throw settled.reason
  const { files: printed, missing: unprinted } = resultOf(pdfs)
  const { written: made, missing: unmade } = resultOf(adding)
  const written = [...pages.files, ...printed, ...resultOf(binding)]
  const missing = [...(unprinted ? [unprinted] : []), ...unmade].join('\n')
  const shown = {
    files: new Set([...pack.others, ...written.map(({ path }) => path)]),
    parts: new Set([...pack.otherFolders, ...made]),
  }
  for (const [locale, withType] of pages.typed)
    for (const page of press.index(shown, locale))
      await pack.write(indexFile(locale, locales), withType(page, 'screen'))
  const folder = await pack.finish()
  const { part } = night.facts
  return {
    runId: night.facts.runId,
    files: written.map((file) => ({ ...file, path: join(folder, file.path) })),
    folder,
    part: part && { scope: part.scope, customers: part.customers },
    ...(missing ? { missing } : {}),
  }
}

/** Of a promise that is known to have been kept. */
const resultOf = <T>(settled: PromiseSettledResult<T>): T => (settled as PromiseFulfilledResult<T>).value

/** The workbook holds all tables of all languages, or is left as it is beside what is made anew. */
const isBound = ({ formats, options }: Work): boolean =>
  formats.includes('xlsx') && !options.names && !options.locales && !options.given

const isForWorkbook = ({ report, locale }: Rendered): boolean =>
  report.editions.get(locale)?.front.workbook ?? false

interface Pages {
  all: Rendered[]
  /** Those that are written. */
  files: ReportFile[]
  /** Those that are being printed. */
  printing: Promise<Outcome>[]
  typed: Map<Locale, WithType>
}

/** The browser prints one language while the pages of the next are made. */
async function makePages(work: Work): Promise<Pages> {
  const { ctx, pack, press, chosen, formats, options, printing } = work
  const all = ctx.project.config.locales
  const locales = all.filter((locale) => options.locales?.includes(locale) ?? true)
  const planned = plannedOf(work, locales)
  const made: Pages = { all: [], files: [], printing: [], typed: new Map() }
  const faults: Fault[] = []
  for (const locale of all) {
    ctx.log.progress(`report: pages ${locale} …`)
    const pages = await press.render(locales.includes(locale) ? chosen : [], locale, planned)
    const withIndex = [...pages, ...press.index(planned, locale)]
    made.all.push(...withIndex)
    faults.push(...(await press.missing(withIndex)))
    if (faults.length > 0) continue
    const withType = await press.setType(withIndex, locale)
    made.typed.set(locale, withType)
    if (formats.includes('pdf'))
      made.printing.push(
        ...pages.filter(prints('pdf')).map((page) => printPage(page, withType, printing.print)),
      )
    if (formats.includes('html')) made.files.push(...(await writePages(pack, pages, withType)))
  }
  throwFaults(faults)
  return made
}

/** What will stand in the pack when all goes well: pages link it. */
function plannedOf(work: Work, locales: Locale[]): Planned {
  const { pack, chosen, options } = work
  const names = (format: 'html' | 'pdf') =>
    locales.flatMap((locale) => chosen.map((one) => fileOf(one.name, locale, format)))
  return {
    files: new Set([
      ...pack.others,
      ...names('html'),
      ...names('pdf'),
      ...(isBound(work) ? [workbookFile] : []),
    ]),
    parts: new Set([...pack.otherFolders, ...(options.parts ?? []).map(({ folder }) => folder)]),
  }
}

async function bind(pack: Pack, bound: Bound): Promise<ReportFile[]> {
  await pack.write(workbookFile, writeWorkbook(bound))
  return [{ name: 'workbook', locale: '', format: 'xlsx', path: workbookFile }]
}

async function writePages(pack: Pack, pages: Rendered[], withType: WithType): Promise<ReportFile[]> {
  return Promise.all(
    pages.filter(prints('html')).map(async (page) => {
      const file = fileOfPage(page, 'html')
      await pack.write(file.path, withType(page, 'screen'))
      return file
    }),
  )
}

interface Outcome {
  file: ReportFile
  content?: Uint8Array
  failure?: string
}

/** A page that cannot be printed is told, not thrown: the others and the HTML still count. */
async function printPage(page: Rendered, withType: WithType, print: Print): Promise<Outcome> {
  const file = fileOfPage(page, 'pdf')
  try {
    return { file, content: await print(withType(page, 'paper')) }
  } catch (error) {
    return { file, failure: `${file.path}: ${(error as Error).message.split('\n')[0]}` }
  }
}

async function writePdfs(
  pack: Pack,
  printing: Promise<Outcome>[],
  { started }: Printing,
): Promise<Pick<ReportResult, 'files' | 'missing'>> {
  if (printing.length === 0) return { files: [] }
  const { prints, failures } = await started
  if (!prints) return { files: [], missing: noBrowser(failures) }
  const files: ReportFile[] = []
  const unprinted: string[] = []
  for (const outcome of printing) {
    const { file, content, failure } = await outcome
    if (content) {
      await pack.write(file.path, content)
      files.push(file)
    } else unprinted.push(failure ?? file.path)
  }
  return unprinted.length === 0
    ? { files }
    : { files, missing: `PDF could not be printed: ${unprinted.join('; ')}` }
}

const isPrinted =
  (formats: ReportFormat[]) =>
  ({ editions }: ReportFolder): boolean =>
    formats.includes('pdf') && [...editions.values()].some(({ front }) => front.formats.includes('pdf'))

const prints = (format: 'html' | 'pdf') => (page: Rendered) =>
  page.report.editions.get(page.locale)?.front.formats.includes(format) ?? false

function fileOfPage({ report: { name }, locale }: Rendered, format: 'html' | 'pdf'): ReportFile {
  return { name, locale, format, path: fileOf(name, locale, format) }
}

function noBrowser(failures: string[]): string {
  const tried = failures.map((failure) => `  ${failure}`).join('\n')
  return `no PDF: no browser starts\n${tried}\n  Install Chromium or Chrome, or name one as "browser" in clientele.config.ts. The HTML pages are complete.`
}

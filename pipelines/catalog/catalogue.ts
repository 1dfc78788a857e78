import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { codeFingerprint } from '../build/fingerprint.ts'
import { readCode } from '../build/read.ts'
import { openDatabase } from '../duckdb.ts'
import { openFonts } from '../report/fonts.ts'
import type { StageContext } from '../stage.ts'
import { deliveredTables } from './delivered.ts'
import { outlineOf } from './outline.ts'
import { readOutline } from './read-outline.ts'
import { readReportQueries } from './report-queries.ts'
import { type Atlas, fileOf, openAtlas } from './site/atlas.ts'
import { codeFont } from './site/code-font.ts'
import { lineageData, searchData } from './site/data.ts'
import { readNights } from './site/nights.ts'
import { graphPage, indexPage, macrosPage, parametersPage } from './site/other-pages.ts'
import { openRenderer, type Renderer } from './site/render.ts'
import { tablePage } from './site/table-page.ts'
import { readTold } from './site/warehouse.ts'

/** Nights shown of each table. */
const nightsShown = 7

/**
 * Makes the catalogue of one published version, as files by name: a page a table, one of the whole graph, and an index
 * with search, all to be read from disk. SQL, descriptions and lineage come from the code as it stands, rows and tests
 * from the warehouse, which is opened read-only; no row of a table is read. There is no clock in it: the same night
 * made again from what stands gives the same bytes. What it tells of earlier nights comes from the versions that are
 * kept, and build times from the records of their runs: these are measured, and change when a night is rebuilt.
 */
export async function catalogue(ctx: StageContext, warehousePath: string): Promise<Map<string, string>> {
  ctx.log.progress('catalogue …')
  const atlas = await readAtlas(ctx, warehousePath)
  const renderer = await openRenderer(ctx.project)
  const fonts = openFonts()
  const pages = await renderPages(atlas, renderer, fonts.measure('en'))
  const characters = charactersOf([...pages.values(), ...renderer.files.values()])
  const type = await fonts.css(characters, 'en', join(ctx.project.paths.var, 'cache', 'fonts'))
  const code = await codeFont(ctx.project, characters)
  const files = new Map([
    ...pages,
    ...renderer.files,
    ['catalogue.css', `${type}\n${code}\n${renderer.files.get('catalogue.css')}`],
    ['search-data.js', searchData(atlas)],
    ['lineage-data.js', lineageData(atlas)],
  ])
  return new Map([...files].map(([name, text]) => [decodeURIComponent(name), text]))
}

/** What people may type into the search field. */
const keyboard = String.fromCharCode(...Array.from({ length: 95 }, (_, i) => 32 + i))

/** The characters that the fonts must have. Almost all of the texts is in the keyboard's: it is passed over quickly. */
const charactersOf = (texts: string[]): string =>
  [...new Set([keyboard, ...texts.map((text) => text.replace(/[ -~\n]+/g, ''))].join(''))].sort().join('')

async function renderPages(
  atlas: Atlas,
  renderer: Renderer,
  measure: ReturnType<ReturnType<typeof openFonts>['measure']>,
): Promise<Map<string, string>> {
  const pages = new Map([
    ['index.html', renderer.page('index', atlas, indexPage(atlas))],
    ['graph.html', renderer.page('graph', atlas, graphPage(atlas, measure))],
    ['parameters.html', renderer.page('parameters', atlas, parametersPage(atlas))],
    ['macros.html', renderer.page('macros', atlas, macrosPage(atlas))],
  ])
  for (const table of atlas.outline.tables) {
    pages.set(fileOf(table.name), renderer.page('table', atlas, tablePage(atlas, table, measure)))
    // A browser that prints the reports meanwhile is listened to.
    await setImmediate()
  }
  return pages
}

async function readAtlas({ project }: StageContext, warehousePath: string): Promise<Atlas> {
  const told = await readTold(warehousePath, project)
  const nights = await readNights(project, told.runId, nightsShown)
  const delivered = await deliveredTables(project)
  const reports = await readReportQueries(project)
  const db = await openDatabase(':memory:')
  try {
    const code = await readCode(project, db, { external: new Set(delivered.map(({ name }) => name)) })
    const outline = await readOutline(project, () => outlineOf(db, { project, code, delivered, reports }))
    const isNewer = told.codeFingerprint !== (await codeFingerprint(project))
    const [locale = 'en'] = project.config.locales
    return openAtlas({ firm: firmOf(project.config), locale, told, nights, outline, code, reports, isNewer })
  } finally {
    db.close()
  }
}

const firmOf = ({ title, name }: StageContext['project']['config']): string =>
  typeof title === 'string' ? title : (title.en ?? Object.values(title)[0] ?? name)

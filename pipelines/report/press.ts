import { join } from 'node:path'
import type { Browser } from 'puppeteer-core'
import { throwFaults } from '../error.ts'
import type { Project } from '../project.ts'
import type { Edition, ReportFolder } from './folder.ts'
import { type Fonts, openFonts } from './fonts.ts'
import { missingGlyphs } from './glyphs.ts'
import type { Locale } from './locale.ts'
import type { Entry, Facts } from './page.ts'
import { printPdf } from './print.ts'
import {
  fontMark,
  headline,
  type Link,
  openStudio,
  type Rendered,
  renderPage,
  type Studio,
} from './render.ts'
import type { Results } from './results.ts'

/** The page of the night that lists the others: a report like them, rendered last. */
export const indexName = 'index'

export interface Press {
  /** Pages of the reports and of the index, without fonts. `files` are those a page may name. */
  render(reports: ReportFolder[], locales: Locale[], files: Set<string>): Rendered[]
  /** `parts` are the folders that it links. */
  index(files: Set<string>, parts: Set<string>): Rendered[]
  /** Throws when a character of the pages has no glyph; else gives what puts the fonts into a page. */
  setType(pages: Rendered[]): Promise<(page: Rendered) => string>
}

export const fileOf = (name: string, locale: Locale, format: string) => `${name}.${locale}.${format}`

/** All that is needed to turn results into pages. */
export async function openPress(
  project: Project,
  reports: ReportFolder[],
  { facts, results }: { facts: Facts; results: Map<string, Results> },
): Promise<Press> {
  const fonts = openFonts()
  const { locales } = project.config
  const studios = await Promise.all(locales.map((locale) => openStudio(project, locale, facts.currency)))
  const sheetOf = (report: ReportFolder, locale: Locale) => ({
    report,
    edition: report.editions.get(locale) as Edition,
    results: results.get(report.name) ?? {},
  })
  const linksOf = (name: string, locale: Locale, files: Set<string>): Link[] => [
    ...(name === indexName
      ? []
      : [{ href: indexFile(locale, locales), text: studio(locale).words.say('page.index'), lang: '' }]),
    ...locales
      .filter((other) => other !== locale && (name === indexName || files.has(fileOf(name, other, 'html'))))
      .map((other) => ({
        href: name === indexName ? indexFile(other, locales) : fileOf(name, other, 'html'),
        text: studio(other).words.say('page.language'),
        lang: other,
      })),
  ]
  const studio = (locale: Locale) => studios.find((one) => one.locale === locale) as Studio
  return {
    render: (chosen, wanted, files) =>
      wanted.flatMap((locale) =>
        chosen.map((report) =>
          renderPage(
            studio(locale),
            sheetOf(report, locale),
            facts,
            fonts,
            linksOf(report.name, locale, files),
          ),
        ),
      ),
    index(files, parts) {
      const index = reports.find(({ name }) => name === indexName)
      if (!index) return []
      const listed = reports.filter(({ name }) => name !== indexName)
      return studios.map((one) => {
        const entries = listed.map((report) => entryOf(one, sheetOf(report, one.locale), files, facts, fonts))
        const contents = entries.filter((entry) => entry.files.length > 0)
        return renderPage(one, { ...sheetOf(index, one.locale), contents }, facts, fonts, [
          ...[...parts].sort().map((folder) => ({
            href: `${folder}/index.html`,
            text: one.words.say(`page.parts.${folder}`),
            lang: '',
          })),
          ...linksOf(indexName, one.locale, files),
        ])
      })
    },
    async setType(pages) {
      throwFaults(await missingGlyphs(pages, results, fonts, project))
      const cache = join(project.paths.var, 'cache', 'fonts')
      const css = new Map<Locale, string>()
      for (const [locale, own] of Map.groupBy(pages, (page) => page.locale)) {
        css.set(locale, await fonts.css(own.map(({ html }) => html).join(''), locale, cache))
      }
      return (page) => page.html.replace(fontMark, () => css.get(page.locale) ?? '')
    },
  }
}

function entryOf(
  studio: Studio,
  sheet: { report: ReportFolder; edition: Edition; results: Results },
  files: Set<string>,
  facts: Facts,
  fonts: Fonts,
): Entry {
  const { front } = sheet.edition
  const { name } = sheet.report
  const formats = (['html', 'pdf'] as const).filter((format) =>
    files.has(fileOf(name, studio.locale, format)),
  )
  return {
    name,
    locale: studio.locale,
    title: front.title,
    question: front.question ?? '',
    owner: front.owner ?? '',
    headline: formats.length > 0 ? headline(studio, sheet, facts, fonts) : '',
    files: formats.map((format) => ({ format, path: fileOf(name, studio.locale, format) })),
  }
}

/** The index opens in the project's first language. */
export const indexFile = (locale: Locale, locales: Locale[]): string =>
  locale === locales[0] ? 'index.html' : `index.${locale}.html`

export interface Printed {
  name: string
  content: Uint8Array
}

/** Prints pages side by side. One that cannot be printed is told, not thrown: the others and the HTML still count. */
export async function printAll(
  browser: Browser,
  pages: { name: string; html: string }[],
): Promise<{ printed: Printed[]; failures: string[] }> {
  const failures: string[] = []
  const printed: Printed[] = []
  const work = pages.map(async ({ name, html }) => {
    try {
      printed.push({ name, content: await printPdf(browser, html) })
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message.split('\n')[0]}`)
    }
  })
  await Promise.all(work)
  return { printed: printed.sort((a, b) => (a.name < b.name ? -1 : 1)), failures: failures.sort() }
}

import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Fault } from '../error.ts'
import type { Project } from '../project.ts'
import type { Edition, ReportFolder } from './folder.ts'
import { type Fonts, openFonts } from './fonts.ts'
import { missingGlyphs } from './glyphs.ts'
import type { Locale } from './locale.ts'
import type { Entry, Facts } from './page.ts'
import { onPaper, withPolicy } from './policy.ts'
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
import type { Words } from './words.ts'
import { workbookFile } from './workbook/workbook.ts'

/** The page of the night that lists the others: a report like them, rendered last. */
export const indexName = 'index'

export interface Press {
  /** Pages of the reports and of the index, without fonts. `files` are those a page may name. */
  render(reports: ReportFolder[], locale: Locale, beside: Planned): Promise<Rendered[]>
  index(beside: Planned, locale: Locale): Rendered[]
  /** A fault for every character of the pages that has no glyph. */
  missing(pages: Rendered[]): Promise<Fault[]>
  /** Words by language, in the project's order. */
  words: Map<Locale, Words>
  /** What puts the fonts into a page of a language; they hold the characters of the pages given. */
  setType(pages: Rendered[], locale: Locale): Promise<WithType>
}

/** What stands in the pack, or will: files, and folders that other stages give to it. */
export interface Planned {
  files: Set<string>
  parts: Set<string>
}

/** Puts the fonts into a page, for the screen or for paper. */
export type WithType = (page: Rendered, medium: 'screen' | 'paper') => string

export const fileOf = (name: string, locale: Locale, format: string) => `${name}.${locale}.${format}`

/** All that is needed to turn results into pages. */
export async function openPress(
  project: Project,
  reports: ReportFolder[],
  { facts, results }: { facts: Facts; results: Map<string, Results> },
): Promise<Press> {
  const fonts = openFonts()
  const { locales } = project.config
  const studios = await Promise.all(locales.map((locale) => openStudio(project, locale, facts)))
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
    words: new Map(studios.map(({ locale, words }) => [locale, words])),
    async render(chosen, locale, { files, parts }) {
      const pages: Rendered[] = []
      for (const report of chosen) {
        const links = linksOf(report.name, locale, files)
        pages.push(
          renderPage(studio(locale), sheetOf(report, locale), facts, fonts, {
            links,
            catalogue: parts.has('catalogue'),
          }),
        )
        // A browser that prints other pages meanwhile is listened to.
        await setImmediate()
      }
      return pages
    },
    index({ files, parts }, locale) {
      const index = reports.find(({ name }) => name === indexName)
      if (!index) return []
      const one = studio(locale)
      const listed = reports.filter(({ name }) => name !== indexName)
      const entries = listed.map((report) => entryOf(one, sheetOf(report, locale), files, facts, fonts))
      const contents = entries.filter((entry) => entry.files.length > 0)
      const links = [
        ...[...parts].sort().map((folder) => ({
          href: `${folder}/index.html`,
          text: one.words.say(`page.parts.${folder}`),
          lang: '',
        })),
        ...(files.has(workbookFile)
          ? [{ href: workbookFile, text: one.words.say('page.workbook'), lang: '' }]
          : []),
        ...linksOf(indexName, locale, files),
      ]
      return [
        renderPage(one, { ...sheetOf(index, locale), contents }, facts, fonts, {
          links,
          catalogue: parts.has('catalogue'),
        }),
      ]
    },
    missing: (pages) => missingGlyphs(pages, results, fonts, project),
    async setType(pages, locale) {
      const cache = join(project.paths.var, 'cache', 'fonts')
      const css = await fonts.css(pages.map(({ html }) => html).join(''), locale, cache)
      return ({ html }, medium) => {
        const typed = html.replace(fontMark, () => css)
        return medium === 'paper' ? onPaper(typed) : withPolicy(typed)
      }
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

import { readFile } from 'node:fs/promises'
import Handlebars from 'handlebars'
import type { Project } from '../project.ts'
import { contentHelpers } from './blocks/contents.ts'
import { figureHelpers } from './blocks/figure.ts'
import { findingHelpers, findingsOf } from './blocks/findings.ts'
import { kpiHelpers } from './blocks/kpis.ts'
import { tableHelpers } from './blocks/table.ts'
import { valueHelpers } from './blocks/values.ts'
import { amountsIn } from './exchange.ts'
import type { Edition, ReportFolder } from './folder.ts'
import type { Fonts } from './fonts.ts'
import { type Format, openFormat } from './format.ts'
import type { Locale } from './locale.ts'
import type { Entry, Facts, Page } from './page.ts'
import { partOf } from './part.ts'
import { textOf } from './plain-text.ts'
import type { Results } from './results.ts'
import { openTemplates, type Render, type Templates } from './template.ts'
import type { Use } from './uses.ts'
import { readWords, type Words } from './words.ts'

/** Everything that pages of one language share. */
export interface Studio {
  locale: Locale
  words: Words
  format: Format
  templates: Templates
  partials: Map<string, Render>
  layout: Render
  style: string
  /** What sorts, filters and tells values on screen. */
  script: string
}

export interface Rendered {
  report: ReportFolder
  locale: Locale
  title: string
  /** Said of a page that is of the whole firm in the pack of a part. */
  whose: string
  /** The whole document; `fontMark` stands where the fonts go. */
  html: string
  entry: Omit<Entry, 'files'>
  /** What its figures show, for the workbook. */
  uses: Use[]
  /** What is counted and compared with, as text. */
  definitions: { counts: string; compares: string }
}

/** Stands for what the page's style and script may be, until the style is whole. */
export const policyMark = 'policy'

/** Stands for the fonts until all pages are there, and with them every character that the fonts must hold. */
export const fontMark = '/* fonts */'

/** Reads the templates of base and project for a locale. */
export async function openStudio(
  project: Project,
  locale: Locale,
  { currency, exchange }: Pick<Facts, 'currency' | 'exchange'>,
): Promise<Studio> {
  const templates = openTemplates({
    ...valueHelpers,
    ...findingHelpers,
    ...kpiHelpers,
    ...tableHelpers,
    ...figureHelpers,
    ...contentHelpers,
  })
  const files = await project.layered('templates')
  const read = async (key: string) => {
    const file = files.find((found) => found.key === key)
    if (!file) throw new Error(`templates/${key} is missing`)
    return { file: file.shown, text: await readFile(file.path, 'utf8') }
  }
  const compile = async (key: string) => {
    const { file, text } = await read(key)
    return templates.plain({ file, text, body: text, line: 1 })
  }
  const names = files
    .map(({ key }) => key)
    .filter((key) => key.startsWith('partials/') && key.endsWith('.hbs'))
  const partials = await Promise.all(
    names.map(async (key) => [key.slice('partials/'.length, -4), await compile(key)] as const),
  )
  return {
    locale,
    words: await readWords(project, locale),
    format: openFormat(locale, currency, exchange?.rate),
    templates,
    partials: new Map(partials),
    layout: await compile('layout.hbs'),
    style: withoutReturns(`${(await read('style.css')).text}\n${(await read('print.css')).text}`),
    script: withoutReturns((await read('page.js')).text),
  }
}

export interface Sheet {
  report: ReportFolder
  edition: Edition
  results: Results
  contents?: Entry[]
}

/** Renders a report in one language as a whole document, without its fonts. */
export function renderPage(
  studio: Studio,
  sheet: Sheet,
  facts: Facts,
  fonts: Fonts,
  { links, catalogue }: Beside,
): Rendered {
  const uses: Use[] = []
  const page = openPage(studio, sheet, facts, fonts, { catalogue, shows: (use) => uses.push(use) })
  const { front } = sheet.edition
  const data = { page }
  const fill = (name: 'counts' | 'compares') =>
    front[name] === undefined ? '' : studio.templates.plain(sheet.edition.textAt([name]))(sheet.results, data)
  const definitions = { counts: fill('counts'), compares: fill('compares') }
  const part = partOf(facts, studio.words, front.whole)
  const body = studio.templates.markdown(sheet.edition.body)(sheet.results, data)
  const html = studio.layout(
    {
      lang: studio.locale,
      firm: facts.firm(studio.locale),
      title: front.title,
      question: front.question ?? '',
      owner: front.owner ?? '',
      decision: front.decision ?? '',
      counts: safe(definitions.counts),
      compares: safe(definitions.compares),
      asOf: facts.asOf,
      runId: facts.runId,
      part,
      currency: amountsIn(facts, studio.words, studio.format),
      links,
      isIndex: sheet.contents !== undefined,
      policy: policyMark,
      script: safe(studio.script),
      filter: studio.words.say('page.filter'),
      shown: studio.words.say('page.rows_shown'),
      sort: studio.words.say('page.sort'),
      style: safe(
        `${fontMark}\n${pageBoxes(studio, part ? `${front.title} · ${part.name}` : front.title, facts)}\n${studio.style}`,
      ),
      body: safe(body),
    },
    data,
  )
  const entry = {
    name: sheet.report.name,
    locale: studio.locale,
    title: front.title,
    question: front.question ?? '',
    owner: front.owner ?? '',
    headline: headlineOf(page),
  }
  return {
    report: sheet.report,
    locale: studio.locale,
    title: front.title,
    whose: part && front.whole ? part.name : '',
    html,
    entry,
    uses,
    definitions: { counts: textOf(definitions.counts), compares: textOf(definitions.compares) },
  }
}

/** The first finding of a report, for the index; empty when no rule spoke. */
export function headline(studio: Studio, sheet: Sheet, facts: Facts, fonts: Fonts): string {
  return headlineOf(openPage(studio, sheet, facts, fonts, { catalogue: false, shows: () => undefined }))
}

const headlineOf = (page: Page): string =>
  page.results.findings ? (findingsOf(page, page.results.findings, 1)[0]?.html.toString() ?? '') : ''

/** What stands beside a page in the pack. */
export interface Beside {
  links: Link[]
  /** Whether the catalogue of tables does. */
  catalogue: boolean
}

/** Another place to read the same: the PDF, the other language, the index. */
export interface Link {
  href: string
  text: string
  /** Set where the link leads to another language. */
  lang: string
}

function openPage(
  studio: Studio,
  { report, edition, results, contents = [] }: Sheet,
  facts: Facts,
  fonts: Fonts,
  { catalogue, shows }: { catalogue: boolean; shows: (use: Use) => void },
): Page {
  const counts = new Map<string, number>()
  const page: Page = {
    locale: studio.locale,
    report,
    edition,
    results,
    facts,
    contents,
    words: studio.words.over(edition.front.words),
    format: studio.format,
    measure: fonts.measure(studio.locale),
    templates: studio.templates,
    fill(name, context) {
      const partial = studio.partials.get(name)
      if (!partial) throw new Error(`templates/partials/${name}.hbs is missing`)
      return new Handlebars.SafeString(partial(context, { page }))
    },
    // What the pipelines write of the night itself has no page in the catalogue.
    catalogueOf: (table) =>
      catalogue && !table.startsWith('ops.') ? `catalogue/${encodeURIComponent(table)}.html` : undefined,
    shows,
    id(kind) {
      const n = (counts.get(kind) ?? 0) + 1
      counts.set(kind, n)
      return `${kind}-${n}`
    },
  }
  return page
}

/** What stands in the margins of every printed page. */
function pageBoxes({ words, format, locale }: Studio, title: string, facts: Facts): string {
  const asOf = words.say('page.as_of_date', { date: format.date(facts.asOf) })
  const pages = words
    .say('page.page_of')
    .split(/\{page\}|\{pages\}/)
    .map(cssString)
  const counter = `${pages[0]} counter(page) ${pages[1]} counter(pages) ${pages[2]}`
  return `@page{@top-left{content:${cssString(`${facts.firm(locale)} · ${title}`)}}@top-right{content:${cssString(asOf)}}@bottom-left{content:${cssString(`${words.say('page.run')} ${facts.runId}`)}}@bottom-right{content:${counter}}}`
}

/** A browser reads lines without them, and the page's policy names what it reads by its hash. */
const withoutReturns = (text: string) => text.replace(/\r\n?/g, '\n')

/** A CSS string that can end neither itself nor the style element. */
const cssString = (text: string) =>
  `"${text.replace(/["\\<>&\n\r]/g, (character) => `\\${(character.codePointAt(0) as number).toString(16)} `)}"`

/** HTML that a template made; nothing stays empty, so that `{{#if}}` sees it. */
const safe = (html: string) => (html === '' ? '' : new Handlebars.SafeString(html))

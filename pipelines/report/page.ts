import type Handlebars from 'handlebars'
import type { ScopedWarehouse } from '../scoped.ts'
import type { Exchange } from './exchange.ts'
import type { Edition, ReportFolder } from './folder.ts'
import type { Measure } from './fonts.ts'
import type { Format } from './format.ts'
import type { Locale } from './locale.ts'
import type { Results } from './results.ts'
import type { HelperOptions, Templates } from './template.ts'
import type { Use } from './uses.ts'
import type { Words } from './words.ts'

/** What every page of a night says of the night. */
export interface Facts {
  runId: string
  /** YYYY-MM-DD */
  asOf: string
  /** In which money is shown. */
  currency: string
  /** Set where that is not the reporting currency. */
  exchange?: Exchange | undefined
  /** The part of the firm that the pack is of; undefined where it is of all. */
  part?: Pick<ScopedWarehouse, 'scope' | 'customers' | 'whole'> | undefined
  /** The firm, by locale. */
  firm: (locale: Locale) => string
}

/** A report in one language while it is being rendered. */
export interface Page {
  locale: Locale
  report: ReportFolder
  edition: Edition
  results: Results
  facts: Facts
  words: Words
  format: Format
  measure: Measure
  templates: Templates
  /** Fills a partial of `templates/partials`. */
  fill(partial: string, context: object): Handlebars.SafeString
  /** Where the catalogue tells of a table; undefined where it does not, or is not beside the page. */
  catalogueOf(table: string): string | undefined
  /** Notes what a figure of the page shows. */
  shows(use: Use): void
  /** A name that no other part of the page has. */
  id(kind: string): string
  /** The other pages of the night; the index lists them. */
  contents: Entry[]
}

/** A page of the night, for the index. */
export interface Entry {
  name: string
  locale: Locale
  title: string
  question: string
  owner: string
  /** The first sentence that its rules produced, as HTML; empty when there is none. */
  headline: string
  files: { format: string; path: string }[]
}

/** The page that a helper prints on. */
export const pageOf = (options: HelperOptions): Page => options.data.page as Page

import Handlebars from 'handlebars'
import type { Row } from '../../duckdb.ts'
import { ClienteleError } from '../../error.ts'
import { didYouMean } from '../../near-miss.ts'
import { type Page, pageOf } from '../page.ts'
import type { HelperOptions, Helpers } from '../template.ts'
import { rowsFor } from './figure.ts'

export const findingHelpers: Helpers = {
  /**
   * `{{findings findings}}`: rows of (code, rank, tone, arguments) as sentences, by rank; nothing where no rule spoke.
   * `tone` is good, bad or null; `arguments` is a JSON object whose members the sentence names.
   */
  findings(data: unknown, options: HelperOptions) {
    const page = pageOf(options)
    const sentences = findingsOf(page, data, options.hash.limit ?? Number.POSITIVE_INFINITY)
    return sentences.length === 0 ? '' : page.fill('findings', { sentences })
  },
}

export interface Finding {
  html: Handlebars.SafeString
  tone: string
}

export function findingsOf(page: Page, data: unknown, limit: number): Finding[] {
  const { rows } = rowsFor('findings', data)
  return [...rows]
    .sort((a, b) => Number(a.rank) - Number(b.rank) || compareTexts(said(a), said(b)))
    .slice(0, limit)
    .map((row) => ({ html: sentence(page, row), tone: String(row.tone ?? 'plain') }))
}

/** Rows of one rank come in the order of a table, which no two builds need share: what they say puts them in order. */
const said = ({ code, arguments: given }: Row) =>
  `${code} ${typeof given === 'string' ? given : JSON.stringify(given)}`

const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** The sentence for a row's code, from the page's front matter, filled with the row and its arguments. */
export function sentence(page: Page, row: Row): Handlebars.SafeString {
  const { edition, templates } = page
  const code = String(row.code)
  if (!(code in edition.front.findings)) {
    const how = didYouMean(code, Object.keys(edition.front.findings))
    throw new ClienteleError({
      what: `a rule found ${code}, and the page has no sentence for it`,
      where: { file: edition.body.file, line: 1, text: edition.body.text },
      how: how ?? `Add "${code}: …" under findings in the front matter.`,
    })
  }
  const given = typeof row.arguments === 'string' ? JSON.parse(row.arguments) : row.arguments
  const html = templates.plain(edition.textAt(['findings', code]))({ ...row, ...given }, { page })
  return new Handlebars.SafeString(html.replace(negativeMoney, '<span class="whole">$&</span>'))
}

/** A browser would break the line between the sign and the currency. */
const negativeMoney = /−\p{Sc}[\d.,]+\p{L}*/gu

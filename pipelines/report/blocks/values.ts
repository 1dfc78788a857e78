import Handlebars from 'handlebars'
import type { Cell } from '../../duckdb.ts'
import { localised } from '../cell.ts'
import type { Format } from '../format.ts'
import { languageTag } from '../locale.ts'
import { type Page, pageOf } from '../page.ts'
import { originOf, type Rows, someOf } from '../results.ts'
import type { HelperOptions, Helpers } from '../template.ts'

/** Shown where a value is not known. */
export const unknown = '–'

const formatted =
  (write: (format: Format, value: never, more: unknown) => string) =>
  (value: unknown, ...rest: unknown[]) => {
    const options = rest.at(-1) as HelperOptions
    if (value === null || value === undefined) return unknown
    return write(pageOf(options).format, value as never, rest.length > 1 ? rest[0] : undefined)
  }

/** Names in the way the reader joins them; empty where there are none. */
export const listed = (page: Page, names: string[]): string =>
  new Intl.ListFormat(languageTag(page.locale), { type: 'conjunction' }).format(names)

/** Tags that print one value, and those that ask about values. */
export const valueHelpers: Helpers = {
  money: formatted((format, value) => format.money(format.shown(value, 'money'))),
  money_exact: formatted((format, value) => format.moneyExact(format.shown(value, 'money'))),
  count: formatted((format, value) => format.count(value)),
  percent: formatted((format, value) => format.percent(value)),
  points: formatted((format, value) => format.points(value)),
  change: formatted((format, value) => format.change(value)),
  number: formatted((format, value, digits) => format.number(value, digits as number | undefined)),
  date: formatted((format, value) => format.date(value)),
  month: formatted((format, value) => format.month(value)),
  year: formatted((format, value) => format.year(value)),
  /** `{{abs x}}`: for a sentence whose verb says the direction. */
  abs: (value: number | null) => (value === null ? null : Math.abs(value)),
  /** `{{word 'segments' segment}}`: the reader's word for a code of the data. */
  word: (group: string, code: string | null, options: HelperOptions) =>
    code === null ? unknown : pageOf(options).words.code(group, code),
  /** `{{list 'purchase_models' codes}}`: the words for several codes, joined as the reader joins them. */
  list: (group: string, codes: string[], options: HelperOptions) => {
    const page = pageOf(options)
    return listed(
      page,
      codes.map((code) => page.words.code(group, code)),
    )
  },
  /** `{{local row 'name'}}`: the column `name`, or `name_zh` on a Chinese page. */
  local: (row: Record<string, Cell>, column: string, options: HelperOptions) =>
    localised(row, column, pageOf(options).locale) ?? unknown,
  /** `{{#table (of orders 'customer_id' customer_id) …}}`: the rows whose column holds a value, within `{{#each}}`. */
  of: (rows: Rows, column: string, value: Cell) => someOf(rows, (row) => row[column] === value),
  /** `{{say 'page.no_data_needs' needs=needs}}`: words of the pack, with what they name filled in. */
  say: (path: string, options: HelperOptions) => pageOf(options).words.say(path, options.hash),
  /** `{{model 'core.orders'}}` or `{{model query}}`: where numbers in a text come from. */
  model: (what: unknown, options: HelperOptions) => {
    const models = typeof what === 'string' ? [what] : originOf(what)?.models
    if (!models) throw new Error('model takes the name of a model, or rows that a query gave')
    return pageOf(options).fill('source', { models })
  },
  /** `{{tables models}}`: names of tables, each with its page in the catalogue where that is beside this one. */
  tables: (names: string[], options: HelperOptions) => {
    const page = pageOf(options)
    const linked = names.map((name) => {
      const href = page.catalogueOf(name)
      const isWhole = !page.edition.front.whole && page.facts.part?.whole.has(name)
      const whose = isWhole ? ` ${Handlebars.escapeExpression(page.words.say('part.whole_here'))}` : ''
      const code = `<code>${Handlebars.escapeExpression(name)}</code>${whose}`
      // Paper leads nowhere.
      return href
        ? `<!--screen--><a href="${Handlebars.escapeExpression(href)}"><!--/screen-->${code}<!--screen--></a><!--/screen-->`
        : code
    })
    return new Handlebars.SafeString(linked.join(', '))
  },
  eq: (a: unknown, b: unknown) => a === b,
  gt: (a: number | null, b: number) => a !== null && a > b,
  lt: (a: number | null, b: number) => a !== null && a < b,
  /** `{{#if (many rows)}}`: more than one row, so that there is something to compare. */
  many: (rows: unknown) => Array.isArray(rows) && rows.length > 1,
  not: (value: unknown) => Handlebars.Utils.isEmpty(value),
  and: (...values: unknown[]) => values.slice(0, -1).every((value) => !Handlebars.Utils.isEmpty(value)),
  or: (...values: unknown[]) => values.slice(0, -1).some((value) => !Handlebars.Utils.isEmpty(value)),
}

/** A figure as its unit has it. */
export function inUnit(value: number, unit: string, { format }: Page): string {
  if (unit === 'money') return format.money(value)
  if (unit === 'percent') return format.percent(value)
  if (unit === 'points') return format.number(value * 100, 1)
  return unit === 'number' ? format.number(value) : format.count(value)
}

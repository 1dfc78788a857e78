import { type Locale, languageTag } from './locale.ts'
import { fixed, moneyInSentence, numeral } from './scale.ts'

export interface Format {
  locale: Locale
  /** ISO code of the currency that is shown. */
  currency: string
  /** A value of the warehouse as it is shown: money in the currency of the page, anything else as it is. */
  shown(value: number, unit: string): number
  /** To be read in a sentence: three significant digits, with the currency. */
  money(value: number): string
  /** To the last cent (or whatever the currency's smallest unit is). */
  moneyExact(value: number): string
  count(value: number): string
  /** `value` is a share: 0.123 is 12.3%. */
  percent(value: number): string
  /** A difference of shares, signed, in percentage points. */
  points(value: number): string
  /** A relative change, signed: 0.042 is +4.2%. */
  change(value: number): string
  number(value: number, digits?: number): string
  /** `date` is YYYY-MM-DD. */
  date(date: string): string
  /** With the month cut short, for columns. */
  dateShort(date: string): string
  month(date: string): string
  monthShort(date: string): string
  year(date: string): string
}

/** Numbers, money and dates as readers of a locale write them. */
export function openFormat(locale: Locale, currency: string, rate = 1): Format {
  const date = (value: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(languageTag(locale), { ...options, timeZone: 'UTC' }).format(
      new Date(`${value.slice(0, 10)}T00:00:00Z`),
    )
  const percent = (value: number) => `${fixed(value * 100, percentDigits(value), locale)}%`
  // What is written as zero has no direction.
  const signed = (value: number, text: string) => (value > 0 && /[1-9]/.test(text) ? `+${text}` : text)
  return {
    locale,
    currency,
    shown: (value, unit) => (isMoney(unit) ? value * rate : value),
    money: (value) => moneyInSentence(value, locale, currency),
    moneyExact: (value) =>
      numeral(value, locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }),
    count: (value) => fixed(value, 0, locale),
    percent,
    points: (value) =>
      signed(value, `${fixed(value * 100, 1, locale)}${locale === 'en' ? ' pp' : '个百分点'}`),
    change: (value) => signed(value, percent(value)),
    number: (value, digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2) =>
      fixed(value, digits, locale),
    date: (value) => date(value, { day: 'numeric', month: 'long', year: 'numeric' }),
    dateShort: (value) =>
      date(value, { day: 'numeric', month: locale === 'en' ? 'short' : 'numeric', year: 'numeric' }),
    month: (value) => date(value, { month: 'long', year: 'numeric' }),
    monthShort: (value) => date(value, { month: 'short' }),
    year: (value) => date(value, { year: 'numeric' }),
  }
}

/** Money of the reporting currency. `amount` is not: it is of a currency that its row names. */
const isMoney = (unit: string): boolean => unit === 'money' || unit === 'money_exact'

/** Whole per cents need no decimal: what is given as 90% was meant so. */
function percentDigits(share: number): number {
  const size = Math.abs(share)
  if (size >= 10 || Math.abs(size * 100 - Math.round(size * 100)) < 1e-9) return 0
  return size > 0 && size < 0.001 ? 2 : 1
}

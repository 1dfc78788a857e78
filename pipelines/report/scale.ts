import { type Locale, languageTag, type Unit } from './locale.ts'

/** One way of writing all numbers of a chart or a column, so that they can be compared by eye. */
export interface Scale {
  /** The unit, to be printed once: `£ thousand`, `万元`, `customers`; empty where every number carries its own. */
  label: string
  format(value: number): string
  /** The smallest difference that it shows. */
  step: number
  /** What writes the numbers of an axis from `low` to `high`: with no more digits than its steps need. */
  ticks(low: number, high: number): (value: number) => string
}

export interface ScaleOptions {
  locale: Locale
  currency: string
  /** What is counted, in the reader's language. */
  label?: string
  /** How far apart the numbers may lie: an axis is read at its largest, a list down to its typical number. */
  reads?: 'axis' | 'list'
}

interface Step {
  /** Used from this absolute value on. */
  from: number
  divisor: number
  name: string
  /** Stands behind every number. */
  sign?: string
}

const plain: Step = { from: 0, divisor: 1, name: '' }
const steps: Record<'money' | 'count', Record<Locale, Step[]>> = {
  money: {
    en: [
      { from: 2e9, divisor: 1e9, name: ' billion' },
      { from: 2e6, divisor: 1e6, name: ' million' },
      { from: 2e4, divisor: 1e3, name: ' thousand' },
    ],
    'zh-CN': [
      { from: 1e10, divisor: 1e8, name: '亿' },
      { from: 1e5, divisor: 1e4, name: '万' },
    ],
  },
  count: {
    en: [{ from: 1e6, divisor: 1e3, name: 'thousand ' }],
    'zh-CN': [{ from: 1e6, divisor: 1e4, name: '万' }],
  },
}
const inSentences: Record<Locale, Step[]> = {
  en: [
    { from: 1e9, divisor: 1e9, name: 'bn' },
    { from: 1e6, divisor: 1e6, name: 'm' },
    { from: 1e4, divisor: 1e3, name: 'k' },
  ],
  'zh-CN': [
    { from: 1e8, divisor: 1e8, name: '亿' },
    { from: 1e4, divisor: 1e4, name: '万' },
  ],
}

/** A scale for numbers of one unit, with as many digits as a reader can use. */
export function scaleFor(values: (number | null)[], unit: Unit, options: ScaleOptions): Scale {
  const { locale, currency, label = '', reads = 'list' } = options
  const sizes = values
    .filter((value) => value !== null && value !== 0)
    .map((value) => Math.abs(value as number))
  const largest = Math.max(0, ...sizes)
  if (unit === 'percent') {
    const digits = largest >= 0.02 || largest === 0 ? 1 : 2
    return writtenBy({ ...plain, divisor: 0.01, sign: '%' }, digits, locale, label)
  }
  if (unit === 'points')
    return writtenBy({ ...plain, divisor: 0.01 }, digitsFor(largest * 100), locale, label)
  if (unit === 'number') return writtenBy(plain, digitsFor(largest), locale, label)
  const ladder = steps[unit === 'money' ? 'money' : 'count'][locale]
  const step = reads === 'axis' ? stepFor(ladder, largest) : stepForList(ladder, sizes)
  const plainDigits = unit === 'money' && largest < (reads === 'axis' ? 10 : 100) ? 2 : 0
  const digits = step === plain ? plainDigits : digitsFor(largest / step.divisor)
  return writtenBy(
    step,
    digits,
    locale,
    unit === 'money' ? moneyLabel(step, locale, currency) : `${step.name}${label}`,
  )
}

function writtenBy({ divisor, sign = '' }: Step, digits: number, locale: Locale, label: string): Scale {
  const write = (places: number) => (value: number) => `${fixed(value / divisor, places, locale)}${sign}`
  return {
    label,
    step: divisor * 10 ** -digits,
    format: write(digits),
    ticks: (low, high) => write(Math.min(digits, digitsOfTicks((high - low) / divisor))),
  }
}

/** An axis has about four steps, each of them 1, 2, 3 or 5 of a power of ten; from seven of one it takes the next. */
const digitsOfTicks = (span: number): number =>
  span > 0 ? Math.max(0, -Math.floor(Math.log10((span / 4) * (10 / 7)))) : 0

const moneyLabel = (step: Step, locale: Locale, currency: string): string =>
  locale === 'en' ? symbolOf(currency) + step.name : step.name + chineseCurrency(currency)

/** The coarsest step that leaves the typical number two digits, and at least so coarse that the largest keeps to six. */
function stepForList(ladder: Step[], sizes: number[]): Step {
  const sorted = sizes.toSorted((a, b) => a - b)
  const typical = sorted[Math.floor(sorted.length / 2)] ?? 0
  const largest = sorted.at(-1) ?? 0
  const choices = [...ladder, plain].filter(({ from }) => largest >= from)
  const isTooLong = (step: Step | undefined) => step === undefined || largest / step.divisor >= 1e6
  return choices.find(({ divisor }, i) => typical >= 10 * divisor || isTooLong(choices[i + 1])) ?? plain
}

/** One sum of money for a sentence: `¥12.3m`, `1,230万元`. */
export function moneyInSentence(value: number, locale: Locale, currency: string): string {
  const size = Math.abs(value)
  const step = stepFor(inSentences[locale], size)
  const precision: Intl.NumberFormatOptions =
    step === plain
      ? { maximumFractionDigits: size >= 10 || size === 0 ? 0 : 2 }
      : { maximumSignificantDigits: 3 }
  const number = numeral(size / step.divisor, locale, precision) + step.name
  const sign = value < 0 ? '−' : ''
  return locale === 'en'
    ? `${sign}${symbolOf(currency)}${number}`
    : `${sign}${number}${chineseCurrency(currency)}`
}

export const fixed = (value: number, digits: number, locale: Locale): string =>
  numeral(value, locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })

/** A number with the true minus sign, and none before a rounded zero. */
export function numeral(value: number, locale: Locale, options: Intl.NumberFormatOptions): string {
  const key = `${locale} ${JSON.stringify(options)}`
  const kept =
    numerals.get(key) ?? new Intl.NumberFormat(languageTag(locale), { signDisplay: 'negative', ...options })
  numerals.set(key, kept)
  return kept.format(value).replace('-', '−')
}
const numerals = new Map<string, Intl.NumberFormat>()

const chineseNames: Record<string, string> = {
  CNY: '元',
  HKD: '港元',
  GBP: '英镑',
  USD: '美元',
  EUR: '欧元',
  JPY: '日元',
}
/** The everyday Chinese name of a currency, or the one of the language's own list. */
export const chineseCurrency = (currency: string): string =>
  chineseNames[currency] ?? new Intl.DisplayNames('zh-CN', { type: 'currency' }).of(currency) ?? currency

export const symbolOf = (currency: string): string =>
  new Intl.NumberFormat('en-GB', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
    .formatToParts(0)
    .find((part) => part.type === 'currency')?.value ?? currency

const stepFor = (ladder: Step[], largest: number): Step =>
  ladder.find((step) => largest >= step.from) ?? plain
const digitsFor = (largest: number): number => (largest >= 100 ? 0 : largest >= 10 ? 1 : 2)

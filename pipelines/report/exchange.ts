import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { usageError } from '../error.ts'
import { stands } from '../stands.ts'
import type { Format } from './format.ts'
import { numeral } from './scale.ts'
import type { Words } from './words.ts'

/** The rate at which a pack shows its money in another currency than the warehouse keeps. */
export interface Exchange {
  /** The reporting currency. */
  from: string
  /** What one unit of it is worth in the currency that is shown. */
  rate: number
  /** YYYY-MM-DD: the as-of day, or the last day before it that has a quotation. */
  on: string
}

interface Quotation {
  currency: string
  rate: number
  on: string
}

/**
 * The latest quotation of every currency against the reporting one, by the as-of day. As in `core.rates`, one against
 * the reporting currency counts before the inverse of the opposite one of the same day.
 */
const quotations = (reporting: string, asOf: string) => sql`
  select currency, rate, cast(quoted_on as varchar) as "on" from (
    select from_currency as currency, rate_date as quoted_on, 1 / rate::double as rate, 1 as preference
    from staging.fx_rates where to_currency = ${reporting}
    union all
    select to_currency, rate_date, rate::double, 2 from staging.fx_rates where from_currency = ${reporting}
  )
  where currency <> ${reporting} and rate > 0 and quoted_on <= cast(${asOf} as date)
  qualify row_number() over (partition by currency order by quoted_on desc, preference) = 1
  order by currency`

/** Finds what `currency` is exchanged at; nothing where it is the reporting currency. Throws a usage error for one without a rate. */
export async function exchangeTo(
  db: Db,
  currency: string,
  { reporting, asOf }: { reporting: string; asOf: string },
): Promise<Exchange | undefined> {
  if (currency === reporting) return undefined
  const isQuoted = await stands(db, 'staging.fx_rates')
  const known = isQuoted ? await db.rows<Quotation>(quotations(reporting, asOf)) : []
  const found = known.find((one) => one.currency === currency)
  if (found) return { from: reporting, rate: found.rate, on: found.on }
  const names = [reporting, ...known.map((one) => one.currency)]
  throw usageError({
    what: `--currency ${currency}: no rate against ${reporting} on or before ${asOf}`,
    how: `Currencies: ${names.join(', ')}.`,
  })
}

/** What a page says of the currency of its money: its code, and the rate where it is not the warehouse's own. */
export function amountsIn(
  { currency, exchange }: { currency: string; exchange?: Exchange | undefined },
  words: Words,
  format: Format,
): string {
  if (!exchange) return currency
  const rate = numeral(exchange.rate, format.locale, { maximumSignificantDigits: 6 })
  return words.say('page.exchanged', { currency, from: exchange.from, rate, date: format.date(exchange.on) })
}

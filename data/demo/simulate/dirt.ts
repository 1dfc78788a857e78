import { endOfLines, type Sales } from './sales.ts'

// What no system is without: rows that a contract must turn away. Less than one in a thousand of each table.

const impossible = ['1987-02-30', '0000-00-00', '1990-13-01', '1979-06-31']

/** One member in 1,700 has a day of birth that is no date. */
export function badBirthday(record: number, birth: string | null): string | null {
  return birth !== null && record % 1700 === 23
    ? (impossible[Math.floor(record / 1700) % impossible.length] as string)
    : birth
}

/** One mainland order in 25,000 carries a currency that no list of currencies knows. */
export const badCurrency = (orderNumber: number, currency: string): string =>
  currency === 'CNY' && orderNumber % 25_000 === 311 ? 'RMB' : currency

/** Lines that a till wrote by mistake, beside the true ones: quantity 0, or an article that was never keyed in. */
export function strayLine(
  sales: Sales,
  order: number,
  orderNumber: number,
): { product: number; quantity: number; price: number } | null {
  const line = sales.firstLine[order] as number
  if (line >= endOfLines(sales, order) || sales.returnOf[order] !== -1) return null
  if (orderNumber % 12_500 === 97)
    return {
      product: sales.lines.product[line] as number,
      quantity: 0,
      price: sales.lines.price[line] as number,
    }
  if (orderNumber % 15_000 === 509) return { product: -1, quantity: 1, price: 1800 }
  return null
}

/** One closed case in 2,500 was closed before it was opened. */
export const closesEarly = (caseNumber: number): boolean => caseNumber % 2500 === 1201

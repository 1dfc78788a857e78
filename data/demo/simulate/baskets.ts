import { firstDay, monthOf, yearsSinceStart } from './calendar.ts'
import {
  type Catalogue,
  isOnSale,
  listPrice,
  type Product,
  type TopCategory,
  topCategories,
  unitCost,
} from './catalogue.ts'
import { baseRates, type Market, spendLevels } from './markets.ts'
import { type Random, weighted } from './random.ts'
import type { Rates } from './rates.ts'
import type { Sales } from './sales.ts'
import { tastes } from './traits.ts'

/** How strongly a discount of a category pulls baskets towards it: weight x (1 + pull x discount). */
export const discountPull = 3

/** What is put into a basket, and on what terms. */
export interface Order {
  market: Market
  day: number
  /** What the buyer means to spend, in yuan at mainland list prices. */
  budget: number
  /** Position in `tastes`; -1 for accounts, which buy across the range. */
  taste: number
  /** Factor on list prices (accounts) and discount in percent on every line (coupons, terms). */
  priceFactor: number
  percentOff: number
  mostLines: number
}

/** Fills baskets with products and writes their lines. */
export interface Shelf {
  fill(rng: Random, sales: Sales, order: Order): void
}

export function openShelf(rng: Random, catalogue: Catalogue, rates: Rates): Shelf {
  const offers = makeOffers(rng)
  const price = priceTable(catalogue.products)
  const accountPull = [6, 3, 1.5, 1.5, 3, 3]
  const drawers = new Map<string, (r: Random) => number>()
  const drawTop = (r: Random, taste: number, month: number): number => {
    const key = `${taste}:${month}`
    let draw = drawers.get(key)
    if (draw === undefined) {
      const pull = taste < 0 ? accountPull : (tastes[taste]?.categories as readonly number[])
      draw = weighted(
        pull.map(
          (weight, top) => weight * (1 + (discountPull * (offers(month, top) - averageOff(top))) / 100),
        ),
      )
      drawers.set(key, draw)
    }
    return draw(r)
  }
  return {
    fill(rng, sales, order) {
      const { market, day } = order
      const month = monthOf(day)
      const { lines } = sales
      const first = lines.product.length
      let left = ((order.budget * spendLevels[market]) / baseRates[market]) * 100
      const wanted = order.mostLines
      for (let n = 0; n < wanted; n++) {
        const top = drawTop(rng, order.taste, month)
        const least = (left / (wanted - n)) * 0.35
        const position = drawProduct(rng, catalogue, top, day, (i, tries) => {
          const unit = price(i, market, day) * order.priceFactor
          return unit <= left * 1.15 && (unit >= least || tries > 4)
        })
        const product = catalogue.products[position] as Product
        const unit = Math.round(price(position, market, day) * order.priceFactor)
        if (n > 0 && unit > left * 1.15) break
        if (alreadyIn(lines.product, first, position)) continue
        const affordable = Math.max(1, Math.floor(left / unit))
        const share = n === wanted - 1 ? affordable : Math.max(1, Math.round(affordable / (wanted - n)))
        const quantity = order.taste < 0 ? share : Math.min(share, 1 + rng.poisson(0.4), 9)
        const percent = Math.min(60, lineDiscount(rng, order, offers(month, top)))
        const cost = unitCost(product, day)
        lines.product.push(position)
        lines.quantity.push(quantity)
        lines.price.push(unit)
        lines.discount.push(Math.round((unit * quantity * percent) / 100))
        lines.cost.push(cost === null ? -1 : Math.round((cost / rates.yuan(market, day)) * 100))
        lines.returned.push(-1)
        left -= unit * quantity
        if (left < Math.min(2000, unit * 0.2)) break
      }
    },
  }
}

function alreadyIn(products: number[], first: number, position: number): boolean {
  for (let i = first; i < products.length; i++) if (products[i] === position) return true
  return false
}

/** Draws by popularity until one fits the purse; after eight tries the cheapest of those drawn. */
function drawProduct(
  rng: Random,
  catalogue: Catalogue,
  top: number,
  day: number,
  fits: (position: number, tries: number) => boolean,
): number {
  const list = catalogue.byTop[top] as number[]
  const draw = catalogue.drawFrom[top] as (r: Random) => number
  let cheapest = -1
  for (let tries = 0; tries < 8; tries++) {
    const position = list[draw(rng)] as number
    const product = catalogue.products[position] as Product
    if (!isOnSale(product, day)) continue
    if (fits(position, tries)) return position
    if (cheapest < 0 || product.price < (catalogue.products[cheapest] as Product).price) cheapest = position
  }
  if (cheapest >= 0) return cheapest
  return list.find((position) => isOnSale(catalogue.products[position] as Product, day)) as number
}

/** Offers reach half of the buyers; bargain hunters find them nearly always. */
function lineDiscount(rng: Random, order: Order, offer: number): number {
  if (order.taste < 0) return order.percentOff
  const taste = tastes[order.taste] as (typeof tastes)[number]
  const finds = rng.chance(0.35 + 0.6 * taste.bargain)
  return order.percentOff + (finds ? Math.round(offer * 1.6) : 0)
}

/** Discount in percent on offer in a month, by top category: the level of its trend, doubled in months of promotion. */
function makeOffers(rng: Random): (month: number, top: number) => number {
  const firstMonth = monthOf(firstDay)
  const table = topCategories.map((category) =>
    Array.from({ length: 96 }, (_, i) => Math.round(trend(category, i / 12) * (rng.chance(0.22) ? 2 : 0.8))),
  )
  return (month, top) => (table[top] as number[])[Math.min(95, month - firstMonth)] as number
}

/** The deepening of discounts is a story of the first four years; then it stays. */
const trend = ({ discount, discountGrowth }: TopCategory, years: number): number =>
  discount + discountGrowth * Math.min(4, years)

const averageOff = (top: number): number => (topCategories[top] as TopCategory).discount

/** List prices change once a year: a table spares their computing for every line. */
function priceTable(products: Product[]): (position: number, market: Market, day: number) => number {
  const table = new Int32Array(products.length * 3 * 8).fill(-1)
  return (position, market, day) => {
    const year = Math.max(0, Math.floor(yearsSinceStart(day)))
    const cell = (position * 3 + market) * 8 + year
    if (table[cell] === -1) table[cell] = listPrice(products[position] as Product, market, day)
    return table[cell] as number
  }
}

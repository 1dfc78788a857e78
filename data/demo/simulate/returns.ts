import { secondsPerDay } from './calendar.ts'
import { type Catalogue, type Product, type TopCategory, topCategories } from './catalogue.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'
import { buyerKinds, endOfLines, openOrder, type Sales } from './sales.ts'
import { tastes } from './traits.ts'

/** Goods that come back: an order of its own, days later, whose lines are negative and name the lines they return. */
export function takeReturns(rng: Random, sales: Sales, catalogue: Catalogue, people: Person[]): void {
  const count = sales.time.length
  for (let order = 0; order < count; order++) {
    if (sales.cancelled[order]) continue
    const inclination = inclinationOf(sales, order, people)
    const back: number[] = []
    for (let line = sales.firstLine[order] as number; line < lineEnd(sales, order, count); line++) {
      const product = catalogue.products[sales.lines.product[line] as number] as Product
      if (rng.chance((topCategories[product.top] as TopCategory).returnRate * inclination)) back.push(line)
    }
    if (back.length > 0) giveBack(rng, sales, order, back)
  }
}

// The lines of the last sale end where the first return's begin.
function lineEnd(sales: Sales, order: number, count: number): number {
  return order < count - 1 ? endOfLines(sales, order) : (sales.firstLine[count] ?? sales.lines.product.length)
}

function inclinationOf(sales: Sales, order: number, people: Person[]): number {
  if (sales.kind[order] === buyerKinds.organisation) return 0.35
  const shop = sales.shop[order] ?? null
  if (sales.kind[order] === buyerKinds.unknown) return 0.4
  const person = people[sales.who[order] as number] as Person
  const taste = tastes[person.traits.taste] as (typeof tastes)[number]
  return taste.returns * (shop === null ? 1.6 : 0.8 * shop.trouble)
}

function giveBack(rng: Random, sales: Sales, order: number, back: number[]): void {
  const { lines } = sales
  const sent = (sales.fulfilment[order] as number) > 0
  openOrder(sales, {
    kind: sales.kind[order] as number,
    who: sales.who[order] as number,
    time: (sales.time[order] as number) + rng.between(3, 24) * secondsPerDay + rng.between(-9000, 9000),
    market: sales.market[order] as 0,
    channel: sales.channel[order] as 'DS',
    shop: sales.shop[order] ?? null,
    staff: null,
    campaign: null,
    coupon: null,
    cancelled: false,
    returnOf: order,
    shipping: 0,
    fulfilment: sent ? Math.round((sales.fulfilment[order] as number) * 0.7) : 0,
  })
  for (const line of back) {
    const sold = lines.quantity[line] as number
    const quantity = rng.chance(0.85) ? sold : rng.between(1, sold)
    lines.product.push(lines.product[line] as number)
    lines.quantity.push(-quantity)
    lines.price.push(lines.price[line] as number)
    lines.discount.push(-Math.round(((lines.discount[line] as number) * quantity) / sold))
    lines.cost.push(lines.cost[line] as number)
    lines.returned.push(rng.chance(0.95) ? line : -2)
  }
}

import { openShelf } from '../../data/demo/simulate/baskets.ts'
import { asOfDay, dateOf, dayOf, firmDayOf, firstDay, monthOf } from '../../data/demo/simulate/calendar.ts'
import { topCategories } from '../../data/demo/simulate/catalogue.ts'
import { process } from '../../data/demo/simulate/people.ts'
import { random } from '../../data/demo/simulate/random.ts'
import { buyerKinds, endOfLines, openSales, type Sales } from '../../data/demo/simulate/sales.ts'
import { tastes } from '../../data/demo/simulate/traits.ts'
import type { World } from '../../data/demo/simulate/world.ts'

/** What persons bought of a top category in a month: units, and yuan at list price and of discount. */
export interface Sold {
  month: string
  category: string
  units: number
  list: number
  discount: number
}

const firstMonth = monthOf(firstDay)
const months = Array.from({ length: monthOf(asOfDay) - firstMonth + 1 }, (_, month) => {
  const date = new Date(`${dateOf(firstDay).slice(0, 7)}-01T00:00:00Z`)
  date.setUTCMonth(date.getUTCMonth() + month)
  return date.toISOString().slice(0, 10)
})
const emptyBooks = (): Sold[][] =>
  months.map((month) =>
    topCategories.map(({ name }) => ({ month, category: name, units: 0, list: 0, discount: 0 })),
  )

function book(cells: Sold[], world: World, sales: Sales, order: number, rate: number): void {
  const { lines } = sales
  for (let i = sales.firstLine[order] as number; i < endOfLines(sales, order); i++) {
    const { top } = world.catalogue.products[lines.product[i] as number] as { top: number }
    const cell = cells[top] as Sold
    const units = lines.quantity[i] as number
    cell.units += units
    cell.list += units * (lines.price[i] as number) * rate
    cell.discount += (lines.discount[i] as number) * rate
  }
}

/** As it was: every sale to a person up to the as-of day. */
export function soldIn(world: World): Sold[] {
  const books = emptyBooks()
  const { sales, rates } = world
  for (let order = 0; order < sales.time.length; order++) {
    const day = firmDayOf(sales.time[order] as number)
    const isSale = sales.returnOf[order] === -1 && !sales.cancelled[order]
    if (sales.kind[order] !== buyerKinds.person || !isSale || day > asOfDay) continue
    const cells = books[monthOf(day) - firstMonth] as Sold[]
    book(cells, world, sales, order, rates.yuan(sales.market[order] as 0, day))
  }
  return books.flat()
}

/** A trial that no firm can make: buyers drawn alike fill as many baskets in every month, which differ by the offers alone. */
export function triedIn(world: World, baskets: number): Sold[] {
  const shelf = openShelf(random(`${world.seed}/offers`), world.catalogue, world.rates)
  const buyers = world.people.filter(({ joined }) => joined >= 0)
  const books = emptyBooks()
  months.forEach((month, m) => {
    const rng = random(`${world.seed}/trial/${m}`)
    const sales = openSales()
    const day = dayOf(month) + 14
    for (let order = 0; order < baskets; order++) {
      const { market, spend, traits } = rng.pick(buyers)
      const level = (tastes[traits.taste] as (typeof tastes)[number]).spend
      sales.time.push(0)
      sales.firstLine.push(sales.lines.product.length)
      shelf.fill(rng, sales, {
        market,
        day,
        budget: rng.gamma(process.spendShape) * spend * level,
        taste: traits.taste,
        priceFactor: 1,
        percentOff: 0,
        mostLines: 1 + Math.min(4, rng.poisson(1.1)),
      })
      book(books[m] as Sold[], world, sales, order, world.rates.yuan(market, day))
    }
  })
  return books.flat()
}

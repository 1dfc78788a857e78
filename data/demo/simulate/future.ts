import { firmDayOf } from './calendar.ts'
import type { Cut } from './cut.ts'
import { buyerKinds, endOfLines, type Sales } from './sales.ts'

/** The years after the cut that are told: up to one, two and three. */
const horizons = [1, 2, 3] as const

/** What is truly to come, by buyer; three cells each, one a horizon (the later include the earlier). */
export interface Future {
  /** Days with at least one order. */
  days: Float64Array
  /** Yuan: orders less their returns, each at the rate of its day. */
  sales: Float64Array
  /** Yuan: sales less the cost of the goods; unknown costs count as nothing. */
  margin: Float64Array
}

export interface Futures {
  persons: Future
  organisations: Future
  personRecords: Future
  accountRecords: Future
}

const openFuture = (count: number): Future => ({
  days: new Float64Array(count * 3),
  sales: new Float64Array(count * 3),
  margin: new Float64Array(count * 3),
})

export function futuresOf({ world, until, ownerOfSale }: Cut): Futures {
  const { sales, numbers, people, organisations, records, accounts, rates } = world
  const futures: Futures = {
    persons: openFuture(people.length),
    organisations: openFuture(organisations.length),
    personRecords: openFuture(records.list.length),
    accountRecords: openFuture(accounts.list.length),
  }
  const lastSeen = new Map<Future, Int32Array>(
    Object.values(futures).map((future: Future) => [future, new Int32Array(future.days.length / 3)]),
  )
  for (const order of numbers.sequence) {
    const day = firmDayOf(sales.time[order] as number)
    const kind = sales.kind[order] as number
    if (day <= until || kind === buyerKinds.unknown || sales.cancelled[order]) continue
    const horizon = Math.floor((day - until - 1) / 365)
    if (horizon >= horizons.length) continue
    const [net, cost] = yuanOf(sales, order, rates.yuan(sales.market[order] as 0, day))
    const isPurchase = sales.returnOf[order] === -1
    const [whole, record] =
      kind === buyerKinds.person
        ? [futures.persons, futures.personRecords]
        : [futures.organisations, futures.accountRecords]
    for (const [future, buyer] of [
      [whole, sales.who[order]],
      [record, ownerOfSale[order]],
    ] as [Future, number][]) {
      const seen = lastSeen.get(future) as Int32Array
      const counts = isPurchase && seen[buyer] !== day ? 1 : 0
      if (isPurchase) seen[buyer] = day
      for (let year = horizon; year < horizons.length; year++) {
        const cell = buyer * 3 + year
        future.days[cell] = (future.days[cell] as number) + counts
        future.sales[cell] = (future.sales[cell] as number) + net
        future.margin[cell] = (future.margin[cell] as number) + net - cost
      }
    }
  }
  return futures
}

function yuanOf(sales: Sales, order: number, rate: number): [net: number, cost: number] {
  const { quantity, price, discount, cost } = sales.lines
  let net = 0
  let spent = 0
  for (let i = sales.firstLine[order] as number; i < endOfLines(sales, order); i++) {
    net += (quantity[i] as number) * (price[i] as number) - (discount[i] as number)
    spent += (quantity[i] as number) * Math.max(0, cost[i] as number)
  }
  return [(net * rate) / 100, (spent * rate) / 100]
}

/** The nine cells of a buyer: days, sales and margin in one, two and three years. */
export function cellsOf({ days, sales, margin }: Future, buyer: number): number[] {
  const from = buyer * 3
  const cents = (value: number) => Math.round(value * 100) / 100
  return [
    ...days.subarray(from, from + 3),
    ...Array.from(sales.subarray(from, from + 3), cents),
    ...Array.from(margin.subarray(from, from + 3), cents),
  ]
}

export const futureColumns = ['days', 'sales', 'margin'].flatMap((what) =>
  horizons.map((years) => `${what}_${years}y ${what === 'days' ? 'integer' : 'real'}`),
)

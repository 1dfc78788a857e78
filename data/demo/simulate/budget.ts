import { firmDayOf, firstDay, lastDay, monthOf } from './calendar.ts'
import { markets } from './markets.ts'
import type { Random } from './random.ts'
import type { Rates } from './rates.ts'
import { buyerKinds, endOfLines, type Numbering, type Sales } from './sales.ts'

export interface CostEntry {
  kind: 'programme' | 'channel' | 'cost_to_serve' | 'acquisition'
  channel: string | null
  programme: string | null
  month: number
  /** Yuan. */
  amount: number
}

export interface Target {
  metric: 'net_sales' | 'active_customers' | 'new_customers' | 'contribution' | 'nps'
  market: string | null
  month: number
  value: number
}

/** What was booked by month and market (yuan), from which plans and costs are made. */
interface Books {
  firstMonth: number
  months: number
  net: Float64Array
  margin: Float64Array
  byChannel: Map<string, Float64Array>
  buyers: Float64Array
  newcomers: Float64Array
}

export function makeBudget(
  rng: Random,
  sales: Sales,
  rates: Rates,
  numbers: Numbering,
): { costs: CostEntry[]; targets: Target[] } {
  const books = closeBooks(sales, rates, numbers)
  return { costs: makeCosts(rng, books), targets: makeTargets(rng, books) }
}

/** Months after an order in which a buyer counts as active. */
const activeMonths = 6

function closeBooks(sales: Sales, rates: Rates, { sequence }: Numbering): Books {
  const firstMonth = monthOf(firstDay)
  const months = monthOf(lastDay) - firstMonth + 1
  const zeros = () => new Float64Array(months * 3)
  const books: Books = {
    firstMonth,
    months,
    net: zeros(),
    margin: zeros(),
    byChannel: new Map(),
    buyers: zeros(),
    newcomers: zeros(),
  }
  const activeUntil = new Map<number, number>()
  for (const order of sequence) {
    const day = firmDayOf(sales.time[order] as number)
    if (sales.cancelled[order] || day > lastDay) continue
    const market = sales.market[order] as number
    const month = monthOf(day) - firstMonth
    const cell = month * 3 + market
    const [net, cost] = worthOf(sales, order, rates.yuan(market as 0, day))
    books.net[cell] = (books.net[cell] as number) + net
    books.margin[cell] = (books.margin[cell] as number) + net - cost
    const channel = books.byChannel.get(sales.channel[order] as string) ?? new Float64Array(months)
    channel[month] = (channel[month] as number) + net
    books.byChannel.set(sales.channel[order] as string, channel)
    if (sales.kind[order] === buyerKinds.unknown || sales.returnOf[order] !== -1) continue
    const who = (sales.who[order] as number) * 2 + (sales.kind[order] as number)
    const counted = activeUntil.get(who)
    if (counted === undefined) books.newcomers[cell] = (books.newcomers[cell] as number) + 1
    const last = Math.min(months - 1, month + activeMonths - 1)
    for (let later = Math.max(month, (counted ?? -1) + 1); later <= last; later++) {
      books.buyers[later * 3 + market] = (books.buyers[later * 3 + market] as number) + 1
    }
    activeUntil.set(who, last)
  }
  return books
}

/** Net value and cost of an order's lines in yuan; unknown costs count as 45 % of the value. */
function worthOf(sales: Sales, order: number, rate: number): [net: number, cost: number] {
  const { quantity, price, discount, cost } = sales.lines
  let net = 0
  let spent = 0
  for (let i = sales.firstLine[order] as number; i < endOfLines(sales, order); i++) {
    const value = (quantity[i] as number) * (price[i] as number) - (discount[i] as number)
    net += value
    spent += (cost[i] as number) < 0 ? 0.45 * value : (quantity[i] as number) * (cost[i] as number)
  }
  return [(net / 100) * rate, (spent / 100) * rate]
}

/** Running costs of a channel a month: a fixed part in yuan and a share of its sales. */
const channelCosts: Record<string, readonly [fixed: number, share: number]> = {
  DS: [52_000, 0.12],
  FS: [9_000, 0.2],
  WX: [6_500, 0.06],
  MP: [8_000, 0.14],
  WS: [9_500, 0.08],
  GP: [7_000, 0.05],
  SF: [14_000, 0.07],
  WH: [11_000, 0.04],
}

function makeCosts(rng: Random, books: Books): CostEntry[] {
  const costs: CostEntry[] = []
  const yuan = (amount: number) => Math.round(amount * (0.96 + 0.08 * rng.next()))
  for (let i = 0; i < books.months; i++) {
    const month = books.firstMonth + i
    const total = sum(books.net, i)
    for (const [channel, [fixed, share]] of Object.entries(channelCosts)) {
      const sold = books.byChannel.get(channel)?.[i] ?? 0
      costs.push({
        kind: 'channel',
        channel,
        programme: null,
        month,
        amount: yuan(fixed * 1.03 ** (i / 12) + share * sold),
      })
      costs.push({ kind: 'cost_to_serve', channel, programme: null, month, amount: yuan(400 + 0.011 * sold) })
    }
    for (const channel of ['DS', 'WX', 'MP', 'WS']) {
      costs.push({
        kind: 'acquisition',
        channel,
        programme: null,
        month,
        amount: yuan(1500 + 0.02 * (books.byChannel.get(channel)?.[i] ?? 0)),
      })
    }
    costs.push({
      kind: 'programme',
      channel: null,
      programme: 'Customer database',
      month,
      amount: yuan(14_000 + 0.002 * total),
    })
    // The programme of members began in October 2024.
    if (month >= 2024 * 12 + 8)
      costs.push({
        kind: 'programme',
        channel: null,
        programme: 'Leaf Circle',
        month,
        amount: yuan(9_000 + 0.006 * total),
      })
  }
  return costs
}

const sum = (cells: Float64Array, month: number): number =>
  (cells[month * 3] as number) + (cells[month * 3 + 1] as number) + (cells[month * 3 + 2] as number)

/** Hopes of growth on the same month a year before, by market. */
const hopes = [1.14, 1.08, 1.4]

/**
 * The plan of each month: last year's month with the hoped growth; in the first year an estimate of the sales
 * director's. Of the margin on goods 93 % is hoped to be left after delivery, service and contacts.
 */
function makeTargets(rng: Random, books: Books): Target[] {
  const targets: Target[] = []
  const plan = (cells: Float64Array, month: number, market: number, hope: number) => {
    const base = month >= 12 ? cells[(month - 12) * 3 + market] : cells[month * 3 + market]
    const factor = month >= 12 ? hope : 0.92 + 0.2 * rng.next()
    return (base as number) * factor
  }
  for (let i = 0; i < books.months; i++) {
    const month = books.firstMonth + i
    const whole = { net_sales: 0, contribution: 0, new_customers: 0, active_customers: 0 }
    markets.forEach((market, m) => {
      const values = {
        net_sales: roundTo(plan(books.net, i, m, hopes[m] as number), 1000),
        contribution: roundTo(0.93 * plan(books.margin, i, m, hopes[m] as number), 1000),
        new_customers: roundTo(plan(books.newcomers, i, m, m === 2 ? 1.3 : 1), 5),
        active_customers: roundTo(plan(books.buyers, i, m, m === 2 ? 1.35 : 1.1), 10),
      }
      for (const [metric, value] of Object.entries(values) as [keyof typeof values, number][]) {
        whole[metric] += value
        targets.push({ metric, market, month, value })
      }
    })
    for (const [metric, value] of Object.entries(whole) as [keyof typeof whole, number][])
      targets.push({ metric, market: null, month, value })
    targets.push({ metric: 'nps', market: null, month, value: 30 + Math.floor(i / 12) * 2 })
  }
  return targets
}

const roundTo = (value: number, step: number): number => Math.round(value / step) * step

/** YYYY-MM-01. */
export const monthDate = (month: number): string =>
  `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`

import type { Market } from './markets.ts'
import type { ChannelId, Employee, Shop } from './network.ts'

export const buyerKinds = { person: 0, organisation: 1, unknown: 2 } as const

/** Every order of the firm, column by column. Amounts are minor units of the order's currency. */
export interface Sales {
  kind: number[]
  /** Index of the person or organisation; -1 when nobody is known. */
  who: number[]
  /** Seconds, UTC. */
  time: number[]
  market: Market[]
  channel: ChannelId[]
  shop: (Shop | null)[]
  staff: (Employee | null)[]
  /** The campaign whose key code was given. */
  campaign: (string | null)[]
  coupon: (string | null)[]
  cancelled: boolean[]
  /** The order that a return gives back, or -1. */
  returnOf: number[]
  shipping: number[]
  /** -1 when not known. */
  fulfilment: number[]
  firstLine: number[]
  lines: Lines
}

export interface Lines {
  product: number[]
  quantity: number[]
  price: number[]
  discount: number[]
  /** -1 when not known. */
  cost: number[]
  /** The line a return gives back: -1 on a sale, -2 when the till did not say. */
  returned: number[]
}

export interface NewOrder {
  kind: number
  who: number
  time: number
  market: Market
  channel: ChannelId
  shop: Shop | null
  staff: Employee | null
  campaign: string | null
  coupon: string | null
  cancelled: boolean
  returnOf: number
  shipping: number
  fulfilment: number
}

export const openSales = (): Sales => ({
  kind: [],
  who: [],
  time: [],
  market: [],
  channel: [],
  shop: [],
  staff: [],
  campaign: [],
  coupon: [],
  cancelled: [],
  returnOf: [],
  shipping: [],
  fulfilment: [],
  firstLine: [],
  lines: { product: [], quantity: [], price: [], discount: [], cost: [], returned: [] },
})

/** Opens an order; the lines pushed next are its own. Returns its position. */
export function openOrder(sales: Sales, order: NewOrder): number {
  sales.kind.push(order.kind)
  sales.who.push(order.who)
  sales.time.push(order.time)
  sales.market.push(order.market)
  sales.channel.push(order.channel)
  sales.shop.push(order.shop)
  sales.staff.push(order.staff)
  sales.campaign.push(order.campaign)
  sales.coupon.push(order.coupon)
  sales.cancelled.push(order.cancelled)
  sales.returnOf.push(order.returnOf)
  sales.shipping.push(order.shipping)
  sales.fulfilment.push(order.fulfilment)
  sales.firstLine.push(sales.lines.product.length)
  return sales.time.length - 1
}

/** One past the last line of an order. */
export const endOfLines = (sales: Sales, order: number): number =>
  sales.firstLine[order + 1] ?? sales.lines.product.length

/** Numbers as the operational system gives them: orders by their moment, lines within orders. */
export interface Numbering {
  /** Positions of the orders in the sequence of their numbers. */
  sequence: Uint32Array
  order: Uint32Array
  line: Uint32Array
}

const firstOrderNumber = 1_000_001
const firstLineNumber = 5_000_001

const room = 2 ** 21

export function numberSales(sales: Sales): Numbering {
  const { time, lines } = sales
  // Moment and position in one number sort natively; 2^21 positions leave room for moments beyond the year 2100.
  const keys = Float64Array.from(time, (moment, i) => moment * room + i).sort()
  const sequence = Uint32Array.from(keys, (key) => key % room)
  const order = new Uint32Array(time.length)
  const line = new Uint32Array(lines.product.length)
  let nextLine = firstLineNumber
  sequence.forEach((position, rank) => {
    order[position] = firstOrderNumber + rank
    for (let i = sales.firstLine[position] as number; i < endOfLines(sales, position); i++)
      line[i] = nextLine++
  })
  return { sequence, order, line }
}

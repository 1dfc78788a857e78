import { secondsPerDay } from './calendar.ts'
import type { Product } from './catalogue.ts'
import { classCodes } from './codes.ts'
import { accountNumber, type Cut, isPast, memberNumber, type Row } from './cut.ts'
import { badCurrency, strayLine } from './dirt.ts'
import { currencies } from './markets.ts'
import { coupons } from './orders.ts'
import type { Organisation } from './organisations.ts'
import { itemNumber } from './reference-tables.ts'
import { buyerKinds, endOfLines } from './sales.ts'
import type { Sold } from './world.ts'
import type { Table } from './write.ts'

export const salesTables = (cut: Cut): Table[] => [
  {
    name: 'sales_order',
    columns: [
      'order_id integer primary key',
      'order_type text',
      'ref_order_id integer',
      'buyer_type text',
      'member_no text',
      'corp_no text',
      'created_ts integer',
      'updated_ts integer',
      'biz_class text',
      'chan_code text',
      'shop_code text',
      'emp_no text',
      'camp_code text',
      'coupon text',
      'ccy text',
      'ship_fee integer',
      'ful_cost integer',
      'state integer',
    ],
    rows: orderRows(cut),
  },
  {
    name: 'sales_coupon',
    columns: ['coupon text primary key', 'pct integer'],
    rows: Object.entries(coupons),
  },
]

/** The lines of the orders: they need nothing of who ordered. */
export const lineTable = (sold: Sold, end: number): Table => ({
  name: 'sales_order_item',
  columns: [
    'item_id integer primary key',
    'order_id integer',
    'item_no text',
    'qty integer',
    'unit_price integer',
    'disc integer',
    'unit_cost integer',
    'ref_item_id integer',
    'updated_ts integer',
  ],
  rows: lineRows(sold, end),
})

const buyerTypes = ['P', 'C', 'N'] as const

/** Orders settle three days after they are taken; until then they may still change. */
const settling = 3 * secondsPerDay

function* orderRows(cut: Cut): Generator<Row> {
  const { sales, numbers, organisations } = cut.world
  for (const order of numbers.sequence) {
    const time = sales.time[order] as number
    if (!isPast(cut, time)) return
    const kind = sales.kind[order] as number
    const owner = cut.ownerOfSale[order] as number
    const original = sales.returnOf[order] as number
    const cancelled = sales.cancelled[order] === true
    const settled = isPast(cut, time + settling)
    const number = numbers.order[order] as number
    const fulfilment = sales.fulfilment[order] as number
    yield [
      number,
      original >= 0 ? 'R' : 'S',
      original >= 0 ? (numbers.order[original] as number) : null,
      buyerTypes[kind] as string,
      kind === buyerKinds.person ? memberNumber(owner) : null,
      kind === buyerKinds.organisation ? accountNumber(owner) : null,
      time,
      cancelled ? time + 240 : settled ? time + settling : time,
      kind === buyerKinds.organisation
        ? classCodes[(organisations[sales.who[order] as number] as Organisation).accountClass]
        : 'RT',
      sales.channel[order] as string,
      sales.shop[order]?.id ?? null,
      sales.staff[order]?.id ?? null,
      sales.campaign[order] ?? null,
      sales.coupon[order] ?? null,
      badCurrency(number, currencies[sales.market[order] as 0]),
      sales.shipping[order] as number,
      fulfilment < 0 ? null : fulfilment,
      cancelled ? 90 : settled ? 30 : 20,
    ]
  }
}

const firstStrayNumber = 9_000_001

function* lineRows({ sales, numbers, catalogue }: Sold, end: number): Generator<Row> {
  const { product, quantity, price, discount, cost, returned } = sales.lines
  const itemNumbers = catalogue.products.map((item: Product) => itemNumber(item))
  const strays: Row[] = []
  for (const order of numbers.sequence) {
    const time = sales.time[order] as number
    if (time > end) break
    const number = numbers.order[order] as number
    for (let i = sales.firstLine[order] as number; i < endOfLines(sales, order); i++) {
      const back = returned[i] as number
      yield [
        numbers.line[i] as number,
        number,
        itemNumbers[product[i] as number] as string,
        quantity[i] as number,
        price[i] as number,
        discount[i] as number,
        (cost[i] as number) < 0 ? null : (cost[i] as number),
        back >= 0 ? (numbers.line[back] as number) : null,
        time,
      ]
    }
    const stray = strayLine(sales, order, number)
    if (stray !== null)
      strays.push([
        firstStrayNumber + strays.length,
        number,
        itemNumbers[stray.product] ?? null,
        stray.quantity,
        stray.price,
        0,
        null,
        null,
        time,
      ])
  }
  yield* strays
}

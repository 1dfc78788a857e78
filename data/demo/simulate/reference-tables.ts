import { monthDate } from './budget.ts'
import { dateOf, firstDayOfMonth } from './calendar.ts'
import { listPrice, type Product, unitCost } from './catalogue.ts'
import { type Cut, minor, numbered } from './cut.ts'
import { currencies, markets } from './markets.ts'
import { channels, shops } from './network.ts'
import type { Table } from './write.ts'

/** What is sold, where, by whom, and the finance department's books. */
export const referenceTables = (cut: Cut): Table[] => [
  ...productTables(cut),
  ...networkTables(cut),
  ...financeTables(cut),
]

function productTables({ world: { catalogue }, until }: Cut): Table[] {
  const onShelf = catalogue.products.filter(({ launched }) => launched <= until)
  return [
    {
      name: 'prd_category',
      columns: ['cat_id integer primary key', 'name text', 'name_cn text', 'parent_id integer'],
      rows: catalogue.categories.map(({ id, name, nameZh, parent }) => [id, name, nameZh, parent]),
    },
    {
      name: 'prd_supplier',
      columns: ['sup_id integer primary key', 'name text', 'nation text'],
      rows: catalogue.suppliers.map(({ id, name, country }) => [id, name, country]),
    },
    {
      name: 'prd_item',
      columns: [
        'item_no text primary key',
        'name_en text',
        'name_cn text',
        'cat_id integer',
        'sup_id integer',
        'price_fen integer',
        'cost_fen integer',
        'on_sale text',
        'off_sale text',
      ],
      rows: onShelf.map((product) => [
        itemNumber(product),
        product.name,
        product.nameZh,
        product.subcategory,
        product.supplier,
        listPrice(product, 0, until),
        costToday(product, until),
        dateOf(product.launched),
        product.discontinued !== null && product.discontinued <= until ? dateOf(product.discontinued) : null,
      ]),
    },
  ]
}

export const itemNumber = ({ id }: Product): string => `P${id}`

function costToday(product: Product, until: number): number | null {
  const cost = unitCost(product, until)
  return cost === null ? null : minor(cost)
}

function networkTables({ world: { staff }, until }: Cut): Table[] {
  return [
    {
      name: 'sales_channel',
      columns: ['chan_code text primary key', 'name_en text', 'name_cn text', 'kind integer', 'since text'],
      rows: channels.map(({ id, name, nameZh, kind, opened }) => [id, name, nameZh, kind, opened]),
    },
    {
      name: 'sales_shop',
      columns: [
        'shop_code text primary key',
        'chan_code text',
        'name text',
        'city text',
        'province text',
        'nation text',
        'opened text',
        'closed text',
      ],
      rows: shops
        .filter(({ opened }) => opened <= until)
        .map((shop) => [
          shop.id,
          shop.channel,
          shop.name,
          shop.city,
          shop.region,
          markets[shop.market],
          dateOf(shop.opened),
          shop.closed !== null && shop.closed <= until ? dateOf(shop.closed) : null,
        ]),
    },
    {
      name: 'hr_employee',
      columns: [
        'emp_no text primary key',
        'shop_code text',
        'chan_code text',
        'name text',
        'job text',
        'hired text',
        'left_on text',
      ],
      rows: staff
        .filter(({ hired }) => hired <= until)
        .map((person) => [
          person.id,
          person.shop?.id ?? null,
          person.channel,
          person.name,
          person.role,
          dateOf(person.hired),
          person.left !== null && person.left <= until ? dateOf(person.left) : null,
        ]),
    },
  ]
}

const costKinds = { programme: 'PRG', channel: 'CHN', cost_to_serve: 'SRV', acquisition: 'ACQ' } as const
const metrics = {
  net_sales: 'NS',
  active_customers: 'AC',
  new_customers: 'NC',
  contribution: 'CB',
  nps: 'NPS',
} as const

function financeTables({ world: { costs, targets, rates }, until }: Cut): Table[] {
  return [
    {
      name: 'fin_cost',
      columns: [
        'cost_id integer primary key',
        'kind text',
        'chan_code text',
        'programme text',
        'month text',
        'amount_fen integer',
      ],
      // A month is booked when it is over.
      rows: numbered(1, costs, ({ kind, channel, programme, month, amount }, id) =>
        firstDayOfMonth(month + 1) - 1 <= until
          ? [id, costKinds[kind], channel, programme, monthDate(month), minor(amount)]
          : null,
      ),
    },
    {
      name: 'fin_target',
      columns: ['target_id integer primary key', 'metric text', 'market text', 'month text', 'value real'],
      rows: numbered(1, targets, ({ metric, market, month, value }, id) => [
        id,
        metrics[metric],
        market,
        monthDate(month),
        value,
      ]),
    },
    {
      name: 'fin_fx',
      columns: ['rate_date text', 'ccy text', 'cny_per_unit real'],
      rows: rates.quoted
        .filter((day) => day <= until)
        .flatMap((day) =>
          ([1, 2] as const).map((market) => [dateOf(day), currencies[market], rates.yuan(market, day)]),
        ),
    },
  ]
}

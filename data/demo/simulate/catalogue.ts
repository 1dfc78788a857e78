import { firstDay, lastDay, yearsSinceStart } from './calendar.ts'
import { baseRates, type Market, priceLevels } from './markets.ts'
import { type Random, weighted } from './random.ts'
import { ranges } from './ranges.ts'

export interface Category {
  id: number
  name: string
  nameZh: string
  /** Null at the top of the tree. */
  parent: number | null
}

export interface Supplier {
  id: number
  name: string
  country: string
}

export interface Product {
  id: number
  name: string
  nameZh: string
  /** Position of the top category: see `topCategories`. */
  top: number
  subcategory: number
  supplier: number
  /** List price in yuan in the first year. */
  price: number
  /** Cost in yuan in the first year; null where the supplier never sent one. */
  cost: number | null
  launched: number
  discontinued: number | null
  /** Relative popularity in its category. */
  popularity: number
}

export interface Catalogue {
  categories: Category[]
  suppliers: Supplier[]
  products: Product[]
  /** Products of each top category, by position in `products`. */
  byTop: number[][]
  drawFrom: ((rng: Random) => number)[]
}

/** What is behind a top category: cost as a share of the list price, how costs rise a year, how often a line comes back. */
export interface TopCategory {
  name: string
  nameZh: string
  costShare: number
  costGrowth: number
  returnRate: number
  /** Discount in percent at the start, and how many points it grows a year. */
  discount: number
  discountGrowth: number
}

export const topCategories: readonly TopCategory[] = [
  {
    name: 'Tea',
    nameZh: '茶叶',
    costShare: 0.36,
    costGrowth: 0.04,
    returnRate: 0.012,
    discount: 4,
    discountGrowth: 0.2,
  },
  {
    name: 'Teaware',
    nameZh: '茶具',
    costShare: 0.43,
    costGrowth: 0.025,
    returnRate: 0.035,
    discount: 5,
    discountGrowth: 0.2,
  },
  // The category that is bought with ever deeper discounts while its costs rise.
  {
    name: 'Home textiles',
    nameZh: '家纺',
    costShare: 0.47,
    costGrowth: 0.07,
    returnRate: 0.075,
    discount: 6,
    discountGrowth: 5.5,
  },
  {
    name: 'Tableware and decor',
    nameZh: '餐具与家饰',
    costShare: 0.45,
    costGrowth: 0.025,
    returnRate: 0.05,
    discount: 5,
    discountGrowth: 0.4,
  },
  {
    name: 'Gifts',
    nameZh: '礼品',
    costShare: 0.4,
    costGrowth: 0.03,
    returnRate: 0.015,
    discount: 3,
    discountGrowth: 0.3,
  },
  {
    name: 'Tea food',
    nameZh: '茶食',
    costShare: 0.5,
    costGrowth: 0.035,
    returnRate: 0.008,
    discount: 2,
    discountGrowth: 0.1,
  },
]

const supplierNames = [
  ['Wuyi Cliff Tea Co-operative', 'CN'],
  ['West Lake Tea Gardens', 'CN'],
  ['Menghai Old Trees', 'CN'],
  ['Anxi Iron Leaf', 'CN'],
  ['Fuding White Tea Works', 'CN'],
  ['Jingdezhen Blue Kiln', 'CN'],
  ['Yixing Clay Studio', 'CN'],
  ['Longquan Celadon Works', 'CN'],
  ['Suzhou Silk & Linen', 'CN'],
  ['Nantong Cotton Mill', 'CN'],
  ['Foshan Tableware', 'CN'],
  ['Hangzhou Gift Packaging', 'CN'],
  ['Kowloon Pastry House', 'HK'],
  ['Lantau Preserves', 'HK'],
  ['Pennine Shortbread', 'GB'],
  ['Cotswold Beeswax', 'GB'],
] as const

/** Makes the 400 products: six top categories of four subcategories, each a range of kinds and packs. */
export function makeCatalogue(rng: Random): Catalogue {
  const categories: Category[] = topCategories.map((top, i) => ({
    id: i + 1,
    name: top.name,
    nameZh: top.nameZh,
    parent: null,
  }))
  const products: Product[] = []
  for (const range of ranges) {
    const subcategory = categories.length + 1
    categories.push({ id: subcategory, name: range.name, nameZh: range.nameZh, parent: range.top + 1 })
    products.push(...productsOf(rng, range, subcategory, products.length))
  }
  const byTop = topCategories.map((_, top) =>
    products.flatMap((product, i) => (product.top === top ? [i] : [])),
  )
  return {
    categories,
    suppliers: supplierNames.map(([name, country], i) => ({ id: 501 + i, name, country })),
    products,
    byTop,
    drawFrom: byTop.map((list) => weighted(list.map((i) => (products[i] as Product).popularity))),
  }
}

function productsOf(
  rng: Random,
  range: (typeof ranges)[number],
  subcategory: number,
  made: number,
): Product[] {
  const combinations = range.kinds.flatMap((kind) => range.packs.map((pack) => ({ kind, pack })))
  return combinations.slice(0, range.count).map(({ kind, pack }, i) => {
    const price = niceYuan(kind.price * pack.factor * (0.95 + 0.1 * rng.next()))
    const top = topCategories[range.top] as TopCategory
    const late = rng.chance(0.2)
    const gone = !late && rng.chance(0.08)
    return {
      id: 10_001 + made + i,
      name: `${kind.name}${pack.name}`,
      nameZh: `${kind.nameZh}${pack.nameZh}`,
      top: range.top,
      subcategory,
      supplier: 501 + (range.suppliers[i % range.suppliers.length] as number),
      price,
      cost: rng.chance(0.015)
        ? null
        : Math.round(price * top.costShare * (0.85 + 0.3 * rng.next()) * 100) / 100,
      launched: late ? rng.between(firstDay + 60, lastDay - 60) : firstDay - rng.between(30, 1500),
      discontinued: gone ? rng.between(firstDay + 300, lastDay) : null,
      popularity: rng.exponential(1) / (1 + i * 0.08) + 0.02,
    }
  })
}

/** Shop prices end in 8 below 200 yuan and in 0 above. */
const niceYuan = (price: number): number =>
  price < 200 ? Math.max(18, Math.round(price / 10) * 10 - 2) : Math.round(price / 20) * 20

const priceGrowth = 0.03

/** The list price of a product on a day, in minor units of the market's currency. Prices rise each 1 July. */
export function listPrice(product: Product, market: Market, day: number): number {
  const yuan = product.price * (1 + priceGrowth) ** Math.max(0, Math.floor(yearsSinceStart(day)))
  if (market === 0) return Math.round(yuan) * 100
  const local = (yuan * priceLevels[market]) / baseRates[market]
  return market === 1 ? Math.round(local) * 100 : Math.max(50, Math.round(local * 2) * 50)
}

/** The cost of one unit on a day, in yuan; null when not known. */
export function unitCost(product: Product, day: number): number | null {
  if (product.cost === null) return null
  const { costGrowth } = topCategories[product.top] as TopCategory
  return product.cost * (1 + costGrowth) ** Math.max(0, yearsSinceStart(day))
}

export const isOnSale = (product: Product, day: number): boolean =>
  product.launched <= day && (product.discontinued === null || product.discontinued >= day)

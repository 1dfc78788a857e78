import { macroText } from '../../pipelines/catalog/lineage/macro.ts'
import { relationOf } from '../../pipelines/catalog/lineage/query.ts'
import { openScope } from '../../pipelines/catalog/lineage/scope.ts'
import { type Tree, treesOf } from '../../pipelines/catalog/lineage/trees.ts'
import { openDatabase } from '../../pipelines/duckdb.ts'

/** `shop.orders` and the like, for queries that are written in a test. */
export const tables: Record<string, string[]> = {
  'shop.orders': ['order_id', 'customer_id', 'placed_on', 'amount', 'discount'],
  'shop.lines': ['line_id', 'order_id', 'product_id', 'quantity', 'price'],
  'shop.customers': ['customer_id', 'name', 'country'],
}

export interface Read {
  /** `= shop.orders.amount ~ param.rate` by column; an empty text for a literal. */
  columns: Record<string, string>
  rows: string[]
  open: string | undefined
  doubts: string[]
}

const signed = (flow: ReadonlyMap<string, string>) =>
  [...flow].map(([key, via]) => `${via === 'copied' ? '=' : '~'} ${key}`).join(' ')

/** Lineage of one SELECT over the tables above; `macros` are written as in `sql/macros`, without CREATE MACRO. */
export async function read(select: string, macros: string[] = []): Promise<Read> {
  const db = await openDatabase(':memory:')
  try {
    const texts = macros.map((text) => ({
      name: (/^\w+/.exec(text) as RegExpExecArray)[0],
      ...macroText({ text }),
    }))
    const trees = await treesOf(db, [...texts.map((text) => text.select), select])
    const bodies = texts.map(({ name, parameters, isTable }, i) => {
      const tree = trees[i] as Tree
      return [name, { parameters, isTable, body: isTable ? tree : tree.select_list[0] }] as const
    })
    const binding = {
      table: (name: string) => tables[name],
      macros: new Map(bodies),
      parameters: new Set(['rate']),
      doubts: [],
    }
    const relation = relationOf(trees.at(-1) as Tree, openScope(binding))
    return {
      columns: Object.fromEntries(
        relation.columns.map(({ name, flow }, i) => [name ?? `#${i + 1}`, signed(flow)]),
      ),
      rows: [...relation.rows.keys()].sort(),
      open: relation.open && signed(relation.open),
      doubts: binding.doubts,
    }
  } finally {
    db.close()
  }
}

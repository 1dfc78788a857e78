import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Baskets } from '../../pipelines/fit/itemsets.ts'
import { baseDir } from '../../pipelines/project.ts'

const path = join(baseDir, '../shared/data/groceries/groceries_long.csv')

export const hasGroceries = existsSync(path)

/** The 9,835 baskets of Hahsler, Hornik and Reutterer (2006): 30 days of a grocery outlet. */
export function groceries(): { baskets: Baskets; names: string[]; total: number } {
  const byBasket = new Map<string, string[]>()
  for (const line of readFileSync(path, 'utf8').trimEnd().split(/\r?\n/).slice(1)) {
    const [, basket, item] = /^(\d+),"?(.*?)"?$/.exec(line) as unknown as [string, string, string]
    byBasket.set(basket, [...(byBasket.get(basket) ?? []), item])
  }
  const { baskets, names } = basketsOf([...byBasket.values()])
  return { baskets, names, total: byBasket.size }
}

/** Baskets of names as columns; items numbered in the order in which they first come. */
export function basketsOf(baskets: readonly (readonly string[])[]): { baskets: Baskets; names: string[] } {
  const numbers = new Map<string, number>()
  const items: number[] = []
  const starts = [0]
  for (const basket of baskets) {
    for (const name of basket) {
      if (!numbers.has(name)) numbers.set(name, numbers.size)
      items.push(numbers.get(name) as number)
    }
    starts.push(items.length)
  }
  const counts = new Float64Array(baskets.length).fill(1)
  return {
    baskets: { items: Int32Array.from(items), starts: Int32Array.from(starts), counts },
    names: [...numbers.keys()],
  }
}

import type { Cell } from './layout.ts'

/** Puts a column in the order of the mean place of what its cells are joined to on one side. */
export function inOrder(column: Cell[], side: 'before' | 'after'): void {
  const means = new Map(
    column.map((cell) => {
      const near = cell[side]
      return [
        cell,
        near.length === 0 ? cell.place : near.reduce((sum, { place }) => sum + place, 0) / near.length,
      ]
    }),
  )
  // Sorting is stable: cells of one mean keep their order.
  column.sort((a, b) => (means.get(a) as number) - (means.get(b) as number))
  for (const [place, cell] of column.entries()) cell.place = place
}

/** How many pairs of lines cross between neighbouring columns. */
export function crossings(columns: readonly Cell[][]): number {
  return columns.reduce((sum, column, rank) => sum + between(column, columns[rank + 1]?.length ?? 0), 0)
}

/** Counts inversions with a tree of sums (Fenwick), so that thousands of lines take no time. */
function between(column: readonly Cell[], width: number): number {
  const sums = new Array<number>(width + 1).fill(0)
  let seen = 0
  let count = 0
  for (const cell of column.toSorted((a, b) => a.place - b.place)) {
    const places = cell.after.map(({ place }) => place)
    for (const place of places) {
      let upTo = 0
      for (let i = place + 1; i > 0; i -= i & -i) upTo += sums[i] as number
      count += seen - upTo
    }
    for (const place of places) {
      for (let i = place + 1; i <= width; i += i & -i) sums[i] = (sums[i] as number) + 1
      seen++
    }
  }
  return count
}

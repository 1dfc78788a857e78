import { crossings, inOrder } from './ordering.ts'

export interface Box {
  id: string
  width: number
  height: number
}

export interface Placed extends Box {
  /** Top left corner. */
  x: number
  y: number
  /** Columns from the left, from 0. */
  rank: number
}

export interface Drawn {
  from: string
  to: string
  /** From the right side of one box to the left side of the other, by way of the columns between. */
  points: [x: number, y: number][]
}

export interface Layout {
  boxes: Placed[]
  lines: Drawn[]
  width: number
  height: number
}

export interface Gaps {
  /** Between columns. */
  x: number
  /** Between boxes of a column. */
  y: number
}

/** A box, or the place where a line passes through a column. */
export interface Cell {
  id: string
  height: number
  /** Cells of the column before and of the column after that it is joined to. */
  before: Cell[]
  after: Cell[]
  /** Place within its column, from 0, and the height of its middle. */
  place: number
  middle: number
  box: Box | undefined
}

/** Height that a passing line takes. */
const lineHeight = 6

/**
 * Places boxes in columns, each to the right of all that lead to it, and leads lines between them: the method of
 * Sugiyama, Tagawa and Toda (1981). Edges must make no circle. The same input gives the same picture.
 */
export function layOut(
  boxes: readonly Box[],
  edges: readonly [from: string, to: string][],
  gaps: Gaps,
): Layout {
  const ranks = ranksOf(boxes, edges)
  const { columns, chains } = cellsOf(boxes, edges, ranks)
  order(columns)
  align(columns, gaps.y)
  const widths = columns.map((column) => Math.max(0, ...column.map(({ box }) => box?.width ?? 0)))
  const lefts = widths.map((_, i) => widths.slice(0, i).reduce((sum, width) => sum + width + gaps.x, 0))
  const tops = columns.flat().map(({ middle, height }) => middle - height / 2)
  const top = Math.min(0, ...tops)
  const placed = columns.flatMap((column, rank) =>
    column.flatMap(({ box, middle }) =>
      box ? [{ ...box, rank, x: lefts[rank] as number, y: Math.round(middle - box.height / 2 - top) }] : [],
    ),
  )
  const lines = chains.map(({ from, to, cells }) => ({
    from,
    to,
    points: pointsOf(cells, ranks.get(from) ?? 0),
  }))
  function pointsOf(cells: Cell[], first: number): Drawn['points'] {
    return cells.flatMap(({ box, middle }, i): Drawn['points'] => {
      const left = lefts[first + i] as number
      const y = Math.round(middle - top)
      if (i === 0)
        return [
          [left + (box?.width ?? 0), y],
          // Level as far as the widest box of the column, so that no line runs under another box.
          [left + (widths[first] as number), y],
        ]
      if (i === cells.length - 1) return [[left, y]]
      return [
        [left, y],
        [left + (widths[first + i] as number), y],
      ]
    })
  }
  return {
    boxes: placed,
    lines,
    width: (lefts.at(-1) ?? 0) + (widths.at(-1) ?? 0),
    height: Math.max(0, ...placed.map(({ y, height }) => y + height)),
  }
}

/** The longest way to a box; one that nothing leads to stands just before the first that it leads to. */
function ranksOf(boxes: readonly Box[], edges: readonly [string, string][]): Map<string, number> {
  const into = Map.groupBy(edges, ([, to]) => to)
  const outOf = Map.groupBy(edges, ([from]) => from)
  const ranks = new Map<string, number>()
  const rank = (id: string): number => {
    const known = ranks.get(id)
    if (known !== undefined) return known
    ranks.set(id, 0)
    const found = Math.max(0, ...(into.get(id) ?? []).map(([from]) => rank(from) + 1))
    ranks.set(id, found)
    return found
  }
  for (const { id } of boxes) rank(id)
  for (const { id } of boxes) {
    const next = (outOf.get(id) ?? []).map(([, to]) => ranks.get(to) as number)
    if (!into.has(id) && next.length > 0) ranks.set(id, Math.min(...next) - 1)
  }
  return ranks
}

interface Chain {
  from: string
  to: string
  cells: Cell[]
}

function cellsOf(
  boxes: readonly Box[],
  edges: readonly [string, string][],
  ranks: Map<string, number>,
): { columns: Cell[][]; chains: Chain[] } {
  const columns: Cell[][] = Array.from({ length: Math.max(-1, ...ranks.values()) + 1 }, () => [])
  const add = (rank: number, id: string, height: number, box?: Box): Cell => {
    const column = columns[rank] as Cell[]
    const cell: Cell = { id, height, before: [], after: [], place: column.length, middle: 0, box }
    column.push(cell)
    return cell
  }
  const cells = new Map(
    boxes.map((box) => [box.id, add(ranks.get(box.id) as number, box.id, box.height, box)]),
  )
  const chains = edges.map(([from, to]) => {
    const [first, last] = [ranks.get(from) as number, ranks.get(to) as number]
    const passing = Array.from({ length: last - first - 1 }, (_, i) =>
      add(first + 1 + i, `${from} ${to}`, lineHeight),
    )
    const chain = [cells.get(from) as Cell, ...passing, cells.get(to) as Cell]
    chain.slice(1).forEach((cell, i) => {
      const previous = chain[i] as Cell
      previous.after.push(cell)
      cell.before.push(previous)
    })
    return { from, to, cells: chain }
  })
  return { columns, chains }
}

/** Sweeps over the columns, each put in the order of its neighbours' middles; the order with the fewest crossings stays. */
function order(columns: Cell[][]): void {
  let best = { count: crossings(columns), places: placesOf(columns) }
  for (let sweep = 0; sweep < 16 && best.count > 0; sweep++) {
    const forward = sweep % 2 === 0
    for (const column of forward ? columns : columns.toReversed())
      inOrder(column, forward ? 'before' : 'after')
    const count = crossings(columns)
    if (count < best.count) best = { count, places: placesOf(columns) }
  }
  columns.forEach((column, rank) => {
    const places = best.places[rank] as Map<Cell, number>
    column.sort((a, b) => (places.get(a) as number) - (places.get(b) as number))
    for (const [place, cell] of column.entries()) cell.place = place
  })
}

const placesOf = (columns: Cell[][]): Map<Cell, number>[] =>
  columns.map((column) => new Map(column.map((cell) => [cell, cell.place])))

/** Moves cells towards the middle of their neighbours, as far as the order and the gaps allow. */
function align(columns: Cell[][], gap: number): void {
  for (const column of columns) {
    let y = 0
    for (const cell of column) {
      cell.middle = y + cell.height / 2
      y += cell.height + gap
    }
  }
  for (let sweep = 0; sweep < 12; sweep++) {
    const forward = sweep % 2 === 0
    for (const column of forward ? columns : columns.toReversed()) {
      const wanted = column.map((cell) => {
        const near = sweep < 8 ? (forward ? cell.before : cell.after) : [...cell.before, ...cell.after]
        return near.length === 0 ? cell.middle : meanOf(near, cell)
      })
      settle(column, wanted, gap)
    }
  }
}

/** Long lines pull at their own places more than at boxes, which keeps them straight. */
function meanOf(near: readonly Cell[], cell: Cell): number {
  const weights = near.map(({ box }) => (box || cell.box ? 1 : 8))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return near.reduce((total, { middle }, i) => total + middle * (weights[i] as number), 0) / sum
}

interface Block {
  cells: Cell[]
  /** Offset of each cell's middle from that of the first. */
  offsets: number[]
  /** Where the first cell's middle should be, on average. */
  at: number
}

/** The places nearest to those wanted (least squares) that keep order and gaps: pool adjacent violators. */
function settle(column: Cell[], wanted: number[], gap: number): void {
  const blocks: Block[] = []
  column.forEach((cell, i) => {
    blocks.push({ cells: [cell], offsets: [0], at: wanted[i] as number })
    for (let last = blocks.length - 1; last > 0; last--) {
      const [upper, lower] = [blocks[last - 1] as Block, blocks[last] as Block]
      const step =
        (upper.offsets.at(-1) as number) + distance(upper.cells.at(-1) as Cell, lower.cells[0] as Cell, gap)
      if (upper.at + step <= lower.at) break
      const weight = upper.cells.length + lower.cells.length
      upper.at = (upper.at * upper.cells.length + (lower.at - step) * lower.cells.length) / weight
      upper.cells.push(...lower.cells)
      upper.offsets.push(...lower.offsets.map((offset) => offset + step))
      blocks.pop()
    }
  })
  for (const { cells, offsets, at } of blocks) {
    for (const [i, cell] of cells.entries()) cell.middle = at + (offsets[i] as number)
  }
}

const distance = (upper: Cell, lower: Cell, gap: number): number =>
  (upper.height + lower.height) / 2 + (upper.box || lower.box ? gap : 2)

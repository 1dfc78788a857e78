import type { Via } from './lineage/flow.ts'
import type { Origin, Outline, OutlinedColumn, OutlinedTable } from './outline.ts'

/** A column, and those that it is made of (up) or that are made of it (down). */
export interface Branch {
  /** `schema.table.column`; `schema.table.*` for the rows of a table, `param.name` for a parameter. */
  column: string
  via: Via
  branches: Branch[]
  /** Its values are written in the query: no column flows into it. */
  literal?: true
  /** Set where the branches stand elsewhere in the tree, or deeper than was asked for. */
  cut?: 'seen' | 'deeper'
}

/** Ways through the columns of a project. */
export interface Weave {
  table(name: string): OutlinedTable | undefined
  column(key: string): OutlinedColumn | undefined
  up(key: string): Origin[]
  down(key: string): Origin[]
  /** A column whose values are written in the query. */
  isLiteral(key: string): boolean
  /** Tables whose rows a column decides on. */
  chooses(key: string): string[]
}

export function weave({ tables }: Outline): Weave {
  const byName = new Map(tables.map((table) => [table.name, table]))
  const columns = new Map(
    tables.flatMap((table) => table.columns.map((column) => [`${table.name}.${column.name}`, column])),
  )
  const down = new Map<string, Origin[]>()
  const chooses = new Map<string, string[]>()
  const add = <T>(map: Map<string, T[]>, key: string, value: T) =>
    map.set(key, [...(map.get(key) ?? []), value])
  for (const table of tables) {
    for (const column of table.columns) {
      for (const [key, via] of column.from) add(down, key, [`${table.name}.${column.name}`, via] as Origin)
    }
    for (const [key] of table.rows) add(chooses, key, table.name)
  }
  return {
    table: (name) => byName.get(name),
    column: (key) => columns.get(key),
    up: (key) => columns.get(key)?.from ?? [],
    down: (key) => down.get(key) ?? [],
    isLiteral(key) {
      const column = columns.get(key)
      return (
        column !== undefined &&
        column.from.length === 0 &&
        column.delivered === null &&
        !key.startsWith('raw.')
      )
    },
    chooses: (key) => chooses.get(key) ?? [],
  }
}

interface Limits {
  /** Steps, from 1. */
  depth?: number | undefined
  isLiteral?(key: string): boolean
}

/** The tree from a column; a column that comes twice has its branches the first time. */
export function branchesOf(
  from: string,
  step: (key: string) => Origin[],
  { depth = Number.POSITIVE_INFINITY, isLiteral = () => false }: Limits = {},
): Branch[] {
  const seen = new Set<string>([from])
  const grow = (key: string, level: number): Branch[] =>
    step(key).map(([column, via]) => {
      const next = step(column)
      if (next.length === 0)
        return { column, via, branches: [], ...(isLiteral(column) ? { literal: true } : {}) }
      if (seen.has(column)) return { column, via, branches: [], cut: 'seen' }
      if (level >= depth) return { column, via, branches: [], cut: 'deeper' }
      seen.add(column)
      return { column, via, branches: grow(column, level + 1) }
    })
  return grow(from, 1)
}

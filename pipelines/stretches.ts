import type { Table } from 'apache-arrow'
import type { Patterns } from './fit/model.ts'
import { inWeeks } from './fit/weeks.ts'

/** Rows of a sorted table that follow one another and share their keys. */
export interface Stretch<Key extends string> {
  keys: Record<Key, string>
  /** A column of numbers; empty where the table has none of that name. */
  column(name: string): Float64Array
}

/** A table sorted by its keys, cut where one of them changes. */
export function stretches<const Key extends string>(table: Table, keys: readonly Key[]): Stretch<Key>[] {
  const values = keys.map((key) => [...(table.getChild(key) ?? [])] as string[])
  const found: Stretch<Key>[] = []
  for (let start = 0, end = 0; start < table.numRows; start = end) {
    while (end < table.numRows && values.every((column) => column[end] === column[start])) end += 1
    const [from, to] = [start, end]
    found.push({
      keys: Object.fromEntries(keys.map((key, i) => [key, values[i]?.[from]])) as Record<Key, string>,
      column: (name) => Float64Array.from(table.getChild(name)?.toArray().slice(from, to) ?? []),
    })
  }
  return found
}

/** Columns x, t_x and age in days, customers and log_gaps, as the estimators want them. */
export function patternsOf({ column }: Stretch<string>): Patterns {
  const logGaps = column('log_gaps').reduce((sum, logs) => sum + logs, 0)
  return inWeeks({ x: column('x'), tx: column('t_x'), T: column('age'), n: column('customers'), logGaps })
}

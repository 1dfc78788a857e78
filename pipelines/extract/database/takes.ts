import type { Column, Fixed } from '../parquet/column.ts'

/** How values of each type are moved into a column: by the name of the type, and decimals by their digits. */
export interface Takes<Take> {
  byType: Record<string, (column: never) => Take>
  decimals: (column: Fixed, precision: number, scale: number) => Take
}

/** The way into a column of a type. */
export function takeOf<Take>({ byType, decimals }: Takes<Take>, column: Column, type: string): Take {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type)
  if (decimal) return decimals(column as Fixed, Number(decimal[1]), Number(decimal[2]))
  const make = byType[type]
  if (make === undefined) throw new TypeError(`no value of type ${type} can be read`)
  return make(column as never)
}

import type { Row } from '../duckdb.ts'

/** What a page showed of a query: the workbook holds the same columns, and no others. */
export interface Use {
  query: string
  /** Title of the figure. */
  title: string
  columns: UsedColumn[]
}

export interface UsedColumn {
  column: string
  /** Its name in the page's language. */
  label: string
  /** Whether the page gives that name; else it is that of a role in charts. */
  isNamed: boolean
  /** How the page writes it: a unit, a way of writing of the table's columns, or the unit that the row itself names. */
  as: string
  /** Text as the page's language has it. */
  say?: (row: Row) => string
}

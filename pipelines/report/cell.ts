import type { Cell, Row } from '../duckdb.ts'
import type { Locale } from './locale.ts'

/** A text column in the reader's language: `name_zh` stands in for `name` on a Chinese page where it is not null. */
export function localised(row: Row, column: string, locale: Locale): Cell | undefined {
  const translated = locale === 'zh-CN' ? row[`${column}_zh`] : undefined
  return translated ?? row[column]
}

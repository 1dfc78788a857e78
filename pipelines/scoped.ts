import type { Db } from './duckdb.ts'

/** A part of the firm: customers of one home, of one segment, or both. */
export interface Scope {
  /** As it is named with `--region` and in the names of files. */
  region?: string
  /** ISO 3166-1 alpha-2 of the market that the region is, or lies in; `unknown` for who has none. */
  market?: string
  /** The region within its market; null for customers of whom only the market is known. */
  place?: string | null
  /** RFM segment as of the day, or `Outside` (bought, but not in the window) or `Prospect`. */
  segment?: string
}

/** The published warehouse as it would be if the firm had these customers alone; see `pipelines/scope`. */
export interface ScopedWarehouse {
  db: Db
  scope: Scope
  /** Customers in scope, with or without an order. */
  customers: number
  /** Models that tell of the whole firm's customers here too: fits, thresholds, evidence. */
  whole: ReadonlySet<string>
  /** Closes it and throws it away. */
  close(): Promise<void>
}

/** Makes what these queries read. */
export type OpenScoped = (queries: readonly string[]) => Promise<ScopedWarehouse>

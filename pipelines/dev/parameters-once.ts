import { defineParameters, type Parameters } from '../build/parameters.ts'
import type { Db } from '../duckdb.ts'

/** Defines `as_of()` and `param()` when they are not yet what they are to be. */
export function openParameters(db: Db) {
  let defined = ''
  return {
    async define(parameters: Parameters): Promise<void> {
      const now = JSON.stringify(parameters)
      if (now === defined) return
      await defineParameters(db, parameters)
      defined = now
    },
  }
}

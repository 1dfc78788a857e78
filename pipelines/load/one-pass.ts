import type { Db } from '../duckdb.ts'

/**
 * Runs a statement so that each value is cast once: pushed below the casts, the condition would cast all over again.
 * Rows go in as they come, in whole blocks, and are told apart by `_row`: kept in order by several threads they
 * would leave blocks half full, which the engine then writes a second time. When the statement fails its transaction
 * takes no further word: `asUsual` is then for the caller.
 */
export async function inOnePass<T>(db: Db, work: () => Promise<T>): Promise<T> {
  await db.run("set disabled_optimizers = 'filter_pushdown'")
  await db.run('set preserve_insertion_order = false')
  const result = await work()
  await asUsual(db)
  return result
}

export async function asUsual(db: Db): Promise<void> {
  await db.run('reset disabled_optimizers')
  await db.run('reset preserve_insertion_order')
}

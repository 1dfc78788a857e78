import { LIST, listValue, VARCHAR } from '@duckdb/node-api'
import type { Db } from '../../duckdb.ts'

/** A node of the parser's tree, which has no published types. */
export interface Tree {
  type: string
  class?: string
  // biome-ignore lint/suspicious/noExplicitAny: what stands in a node depends on its type
  [key: string]: any
}

/** The parser's trees of SELECTs, in one round trip; nothing for a text that is none. */
export async function treesOf(db: Db, texts: readonly string[]): Promise<(Tree | undefined)[]> {
  const query = 'select json_serialize_sql(text) from (select unnest($1) as text)'
  const result = await db.connection.runAndReadAll(query, [listValue([...texts])], [LIST(VARCHAR)])
  return result.getRows().map(([json]) => JSON.parse(json as string).statements?.[0]?.node)
}

import type { Db } from '../duckdb.ts'

/**
 * A SELECT of every row of a named CTE of another SELECT, written by the engine from its own tree; or the names
 * there are when none is called so.
 */
export async function selectCte(
  db: Db,
  text: string,
  name: string,
): Promise<{ select: string; names?: undefined } | { names: string[]; select?: undefined }> {
  const [tree, bare] = await Promise.all([serialised(db, text), serialised(db, 'select * from cte')])
  const ctes = tree.statements[0]?.node.cte_map
  const names = ctes?.map.map(({ key }) => key) ?? []
  const found = names.find((one) => one.toLowerCase() === name.toLowerCase())
  const node = bare.statements[0]?.node
  if (found === undefined || !node || !ctes) return { names }
  node.cte_map = ctes
  node.from_table = { ...node.from_table, table_name: found }
  const { rows } = await db.connection
    .runAndReadAll('select json_deserialize_sql($1::json)', [JSON.stringify(bare)])
    .then((result) => ({ rows: result.getRows() }))
  return { select: rows[0]?.[0] as string }
}

interface Tree {
  statements: {
    node: { cte_map: { map: { key: string }[] }; from_table: { table_name: string } }
  }[]
}

async function serialised(db: Db, text: string): Promise<Tree> {
  const result = await db.connection.runAndReadAll('select json_serialize_sql($1::varchar)', [text])
  return JSON.parse(result.getRows()[0]?.[0] as string, exact as Reviver) as Tree
}

type Reviver = (this: unknown, key: string, value: unknown) => unknown

/** Numbers beyond 2^53 (the parser's mark for "nowhere" is one) go back letter for letter. */
const exact = (_: string, value: unknown, { source }: { source?: string }): unknown =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
    ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(source as string)
    : value

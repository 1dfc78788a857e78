import { type RawBuilder, sql } from 'kysely'
import { fingerprintsOf, type Parts } from '../build/fingerprint.ts'
import type { Parameters } from '../build/parameters.ts'
import { orderOf } from '../build/plan.ts'
import type { Code, SqlModel } from '../build/source.ts'
import type { Db } from '../duckdb.ts'
import { ClienteleError } from '../error.ts'

/** What the published warehouse tells of itself, and of what it was made from. */
export interface Published {
  objects: Map<string, 'table' | 'view'>
  columns: Map<string, Set<string>>
  parameters: Parameters
  parts: Map<string, Parts>
}

/** A table of the published warehouse. */
export const tableOf = (name: string): RawBuilder<unknown> => {
  const [schema, table] = name.split('.') as [string, string]
  return sql`${sql.id('warehouse', schema, table)}`
}

export async function readPublished(db: Db): Promise<Published> {
  const columns = new Map<string, Set<string>>()
  const objects = new Map<string, 'table' | 'view'>()
  const found = await db.rows<{ name: string; column: string; is_view: boolean }>(sql`
    select c.schema_name || '.' || c.table_name as name, c.column_name as "column", v.view_oid is not null as is_view
    from duckdb_columns() as c
    left join duckdb_views() as v on v.database_name = c.database_name and v.view_oid = c.table_oid
    where c.database_name = 'warehouse'`)
  for (const { name, column, is_view } of found) {
    objects.set(name, is_view ? 'view' : 'table')
    columns.set(name, (columns.get(name) ?? new Set()).add(column))
  }
  const models = await db.rows<{ name: string; parts_json: string }>(
    sql`select name, parts_json from warehouse.ops.models`,
  )
  return {
    objects,
    columns,
    parameters: await readParameters(db),
    parts: new Map(models.map(({ name, parts_json }) => [name, JSON.parse(parts_json) as Parts])),
  }
}

/** Those of the night that made it, whatever the project's configuration says by now. */
async function readParameters(db: Db): Promise<Parameters> {
  const rows = await db.rows<{ name: string; value_number: number | null; value_text: string | null }>(
    sql`select * from warehouse.ops.parameters`,
  )
  const texts = rows.filter(({ value_text }) => value_text !== null)
  const asOf = texts.find(({ name }) => name === 'as_of')?.value_text as string
  return {
    asOf,
    numbers: Object.fromEntries(
      rows.flatMap(({ name, value_number }) => (value_number === null ? [] : [[name, value_number]])),
    ),
    texts: Object.fromEntries(
      texts
        .filter(({ name }) => name !== 'as_of')
        .map(({ name, value_text }) => [name, value_text as string]),
    ),
  }
}

/** A figure that is made again by another rule than the published one was would not add up to it. */
export function refuseOtherCode(
  code: Code,
  rebuilt: readonly SqlModel[],
  { parts, parameters }: Published,
): void {
  const order = orderOf(code.models, code.macros, [])
  const now = fingerprintsOf(code, order, { parameters, external: new Map(), runner: '', fit: '' }).parts
  const isRule = (part: string) => part === 'sql' || part.startsWith('macro ')
  const changed = rebuilt.filter(({ name }) => {
    const [before, after] = [parts.get(name) ?? {}, now.get(name) ?? {}]
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].some(
      (part) => isRule(part) && before[part] !== after[part],
    )
  })
  if (changed.length === 0) return
  throw new ClienteleError({
    what: `models have changed since the warehouse was published: ${changed.map(({ name }) => name).join(', ')}`,
    how: 'A part of the firm is made by the same rules as the whole. Run clientele build --publish first.',
  })
}

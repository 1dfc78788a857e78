import type { Db } from '../duckdb.ts'
import type { Binder, GivenColumn } from './columns.ts'
import { digest } from './digest.ts'
import type { Making } from './make.ts'
import type { Step } from './plan-build.ts'

/** The columns of tables, in one text each. */
export type Shapes = ReadonlyMap<string, string>

/** Of the tables that load made; those of models are known once they are made. */
export async function deliveredShapes(db: Db): Promise<Shapes> {
  const rows = await db.rows<{ name: string; shape: string }>(`
    select schema_name || '.' || table_name as name, string_agg(column_name || ' ' || data_type, ', ' order by column_index) as shape
    from duckdb_columns()
    where database_name = current_database() and schema_name in ('raw', 'quarantine', 'ops')
    group by all`)
  return new Map(rows.map(({ name, shape }) => [name, shape]))
}

/**
 * A binder for one model. A SELECT that was bound before, calling the same macros with the same parameters over tables
 * of the same columns, is not bound again: making the table binds it in any case.
 */
export function boundBefore(making: Making, step: Step): { binder?: Binder } {
  const { binder, plan } = making
  const key = binder && keyOf(making, step)
  if (!key) return binder ? { binder } : {}
  const { memory } = plan
  return {
    binder: {
      ...binder,
      async describe(select) {
        const known = memory.recall<GivenColumn[]>('bound', key)
        if (known) return known
        const columns = await binder.describe(select)
        memory.keep('bound', key, columns)
        return columns
      },
    },
  }
}

/** What the columns depend on: all that the rows do, and of the inputs the columns. Nothing where an input is not known. */
function keyOf({ columns, shapes }: Making, { parts, tables }: Step): string | undefined {
  const own = Object.entries(parts).filter(([name]) => !name.startsWith('input '))
  const inputs: string[] = []
  for (const name of [...tables].sort()) {
    const given = columns.get(name)?.map((column) => `${column.name} ${column.type}`)
    const shape = shapes?.get(name) ?? given?.join(', ')
    if (shape === undefined) return undefined
    inputs.push(name, shape)
  }
  return digest(...own.flat(), ...inputs)
}

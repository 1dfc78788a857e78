import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { needsOf } from './closure.ts'
import { digest } from './digest.ts'
import { type Code, selectsOf } from './source.ts'
import type { Standing } from './store.ts'

/** Tables that load made and that models may read. */
export function externalTables({ objects }: Pick<Standing, 'objects'>): Set<string> {
  return new Set(
    [...objects.keys()].filter(
      (name) =>
        /^(raw|quarantine)\./.test(name) ||
        /^ops\.(loads|freshness|held|drift|columns|corrections)$/.test(name),
    ),
  )
}

/** The fingerprint of every table that the code reads and no model makes. */
export async function inputFingerprints(
  db: Db,
  standing: Standing,
  code: Code,
): Promise<Map<string, string>> {
  const references = [
    ...[...code.models.values()].flatMap((model) => [
      ...selectsOf(model),
      ...model.tests.flatMap(({ select }) => (select ? [select] : [])),
    ]),
    ...code.tests.map(({ select }) => select),
  ].map((select) => select.references)
  const external = externalTables(standing)
  const read = [...needsOf(references, code.macros).tables].filter((name) => external.has(name)).sort()
  const prints = new Map<string, string>()
  for (const name of read)
    prints.set(name, loaded(name, standing.inputs) ?? (await contentFingerprint(db, name)))
  return prints
}

/** What load says of the table; history and quarantine come from the same loads as the current rows. */
function loaded(name: string, inputs: ReadonlyMap<string, string>): string | undefined {
  if (name === 'ops.loads') return inputs.size > 0 ? digest(...[...inputs].sort().flat()) : undefined
  const table = name.slice(name.indexOf('.') + 1)
  // What has ended may no longer be kept: then history and quarantine have a name of their own.
  if (name.startsWith('quarantine.')) return inputs.get(`${table}_history`) ?? inputs.get(table)
  return inputs.get(table) ?? inputs.get(table.replace(/_history$/, ''))
}

/** For a table that load keeps no fingerprint of: its shape and rows, whatever their order. */
async function contentFingerprint(db: Db, name: string): Promise<string> {
  const columns = await db.rows(sql`select column_name, column_type from (describe ${sql.table(name)})`)
  const [row] = await db.rows<{ rows: string; content: string }>(
    sql`select count(*)::varchar as rows, sum(hash(content)::hugeint)::varchar as content from ${sql.table(name)} as content`,
  )
  return digest(JSON.stringify(columns), row?.rows ?? '', row?.content ?? '')
}

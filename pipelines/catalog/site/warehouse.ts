import type { AuditRow, ModelRow } from '../../build/store.ts'
import { type Db, openDatabase } from '../../duckdb.ts'
import { ClienteleError } from '../../error.ts'
import type { Project } from '../../project.ts'

/** What a published version tells of itself. It holds no row of a customer. */
export interface Told {
  runId: string
  /** YYYY-MM-DD */
  asOf: string
  codeFingerprint: string
  models: Map<string, Pick<ModelRow, 'name' | 'kind' | 'rows' | 'columns_json'>>
  audits: AuditRow[]
  parameters: { name: string; value: string }[]
  loads: LoadRow[]
}

/** The loads of a delivered table that stand, put together. */
export interface LoadRow {
  table_name: string
  loads: number
  read: number
  loaded: number
  quarantined: number
  superseded: number
  latest: string
}

export async function readTold(path: string, { config: { threads } }: Project): Promise<Told> {
  const db = await openDatabase(path, { readOnly: true, ...(threads ? { threads } : {}) })
  try {
    const [run] =
      await db.rows<Record<'run_id' | 'as_of' | 'code_fingerprint', string>>('select * from ops.run')
    if (!run)
      throw new ClienteleError({ what: 'the warehouse does not say which run made it: ops.run is empty' })
    const models = await db.rows<ModelRow>('select name, kind, rows, columns_json from ops.models')
    return {
      runId: run.run_id,
      asOf: run.as_of,
      codeFingerprint: run.code_fingerprint,
      models: new Map(models.map((model) => [model.name, model])),
      audits: await db.rows<AuditRow>('select * from ops.audits order by model, test'),
      parameters: await readParameters(db),
      loads: await readLoads(db),
    }
  } finally {
    db.close()
  }
}

async function readParameters(db: Db): Promise<Told['parameters']> {
  const rows = await db.rows<{ name: string; value_text: string | null; value_number: number | null }>(
    'select name, value_text, value_number from ops.parameters order by name',
  )
  return rows.map(({ name, value_text, value_number }) => ({
    name,
    value: value_text ?? String(value_number),
  }))
}

const readLoads = (db: Db): Promise<LoadRow[]> =>
  db.rows(`
    select table_name, count(*) as loads, sum(read)::bigint as read, sum(loaded)::bigint as loaded,
      sum(quarantined)::bigint as quarantined, sum(superseded)::bigint as superseded, max(valid_from) as latest
    from ops.loads group by table_name order by table_name`)

import { type RawBuilder, sql } from 'kysely'
import { composer, type Db, type Row } from '../duckdb.ts'
import { engineError, howTo } from '../engine-error.ts'
import { type Fault, placeAt, throwFaults } from '../error.ts'
import { shownPath } from '../project.ts'
import { type Audit, loose, ownText } from './audits.ts'
import { failingRows, personalIn, rowsKept } from './failing-rows.ts'
import type { AuditRow, StoredColumn } from './store.ts'

/** What an audit found, with the failing rows that are kept. */
export interface Finding {
  audit: Audit
  row: AuditRow
  sample: string[]
}

/** Runs audits in one statement; those that fail are looked at again for their rows. Throws when one does not run. */
export async function runAudits(
  db: Db,
  audits: readonly Audit[],
  columns: ReadonlyMap<string, readonly StoredColumn[]>,
): Promise<Finding[]> {
  const counts = await countFailing(db, audits)
  const findings: Finding[] = []
  for (const [i, audit] of audits.entries()) {
    const failing = counts[i] ?? 0
    const sample = failing > 0 ? await failingRows(db, audit, personalIn(audit, columns)) : []
    findings.push({ audit, sample, row: rowOf(audit, failing) })
  }
  return findings
}

function rowOf({ model, test, severity, fingerprint }: Audit, failing_rows: number): AuditRow {
  const status = failing_rows === 0 ? 'passed' : severity === 'warn' ? 'warned' : 'failed'
  return { model, test, severity, status, failing_rows, fingerprint }
}

/** Failing rows of each audit. Throws the faults of every audit that does not run. */
export async function countFailing(db: Db, audits: readonly Audit[]): Promise<number[]> {
  if (audits.length === 0) return []
  try {
    return await counted(db, audits)
  } catch (error) {
    const faults: Fault[] = []
    for (const audit of audits) {
      await counted(db, [audit]).catch((single) => faults.push(auditFault(single, audit)))
    }
    throwFaults(faults)
    throw error
  }
}

/** One row of counts: a scan for each model that has conditions, a query for each of the others. */
async function counted(db: Db, audits: readonly Audit[]): Promise<number[]> {
  const name = (audit: Audit) => sql.id(`a${audits.indexOf(audit)}`)
  const byModel = Map.groupBy(
    audits.filter(({ queries }) => queries.failsWhen),
    ({ model }) => model,
  )
  const scans = [...byModel].map(([model, own]) => {
    const filters = own.map(
      (audit) => sql`count(*) filter (where ${audit.queries.failsWhen}) as ${name(audit)}`,
    )
    return sql`(select ${sql.join(filters)} from ${sql.table(model)})`
  })
  const others = audits
    .filter(({ queries }) => !queries.failsWhen)
    .map((audit) => sql`(${audit.queries.count}) as ${name(audit)}(${name(audit)})`)
  const [row] = await db.rows<Record<string, number>>(
    sql`select ${sql.join(audits.map(name))} from ${sql.join<RawBuilder<unknown>>([...scans, ...others])}`,
  )
  return audits.map((_, i) => row?.[`a${i}`] ?? 0)
}

/** An audit that does not run: the position is looked for in the author's own SQL. */
function auditFault(error: unknown, audit: Audit): Fault {
  const { file, select, place } = audit
  const about = audit.model === loose ? `the test ${audit.test}` : `${audit.model}: ${audit.test}`
  const statement = compiled(audit)
  const told = engineError(error, statement)
  if (!told) throw error
  const body = select ? ownText(select) : ''
  const from = body ? statement.indexOf(body) : -1
  const inside = told.at !== undefined && from >= 0 && told.at >= from && told.at <= from + body.length
  const shift = select?.shift === undefined ? undefined : select.shift + select.text.indexOf(body)
  const where =
    inside && shift !== undefined ? placeAt(file.shown, file.text, (told.at as number) - from + shift) : place
  if (audit.queries.parent !== undefined && /"(parent|child)"/.test(told.message)) {
    const how = 'Name a column that it has, as schema.table.column.'
    return { what: `${about}: no column is called ${audit.queries.parent}`, where, how }
  }
  const how = body ? howTo(told, body) : (told.how ?? 'Cast the column in the SELECT, or test another.')
  return { what: `${about}: ${told.message}`, where, ...(how ? { how } : {}) }
}

/** The statement that `counted` sends for one audit. */
function compiled({ model, queries }: Audit): string {
  const scan = sql`select "a0" from (select count(*) filter (where ${queries.failsWhen}) as "a0" from ${sql.table(model)})`
  const other = sql`select "a0" from (${queries.count}) as "a0"("a0")`
  return (queries.failsWhen ? scan : other).compile(composer).sql
}

/** The faults of audits that stop the night: the test in its file, how many rows, and where they are kept. */
export function failureFaults(findings: readonly Finding[], db: Db): Fault[] {
  return findings
    .filter(({ row }) => row.status === 'failed')
    .map(({ audit, row, sample }) => ({
      what: said({ audit, row }),
      where: audit.place,
      how: whereToLook(audit, sample, db),
    }))
}

/** `core.orders: unique(order_id) fails for 3 rows` */
export function said({ audit, row }: Pick<Finding, 'audit' | 'row'>): string {
  const unit = audit.queries.unit ?? 'row'
  const rows = row.failing_rows === 1 ? `1 ${unit}` : `${row.failing_rows} ${unit}s`
  const told = audit.queries.expected ? `is off by ${rows}` : `fails for ${rows}`
  if (audit.model !== loose) return `${audit.model}: ${audit.test} ${told}`
  return `the test ${audit.test} ${told}${audit.description ? ` (${audit.description.trim()})` : ''}`
}

function whereToLook(
  { model, test, queries: { expected } }: Audit,
  sample: readonly string[],
  db: Db,
): string {
  if (expected) return `Expected ${expected}.`
  const kept = sample.length < rowsKept ? 'The rows are' : `The first ${rowsKept} rows are`
  const where = `model = '${model}' and test = '${test.replaceAll("'", "''")}'`
  const examples = sample.slice(0, rowsShown).map((row) => `${told(JSON.parse(row))}\n`)
  return `${examples.join('')}${kept} in audit.failures of ${shownPath(db.path)}: select row from audit.failures where ${where}`
}

/** Failing rows that a message shows, and characters of each. */
const rowsShown = 3
const widest = 200

/** `sale_id 4, tea Sencha`; what is personal is masked already. */
function told(row: Row): string {
  const cells = Object.entries(row).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const line = [...cells.join(', ').replace(/\s+/g, ' ')]
  return line.length > widest ? `${line.slice(0, widest - 1).join('')}…` : line.join('')
}

import { type RawBuilder, sql } from 'kysely'
import type { Place } from '../error.ts'
import { placeAt } from '../error.ts'
import { statements } from '../statements.ts'
import { type Needs, needsFound, needsOf } from './closure.ts'
import { expressionStart } from './declared-tests.ts'
import type { Fingerprints } from './fingerprint.ts'
import type { ColumnTest, Severity } from './head.ts'
import { noReferences, type References } from './references.ts'
import { splitTarget } from './resolve.ts'
import type { Code, DeclaredTest, Model, Select, SourceFile, SqlTest } from './source.ts'

type Sql = RawBuilder<unknown>

/** A check of rows, ready to be run once all tables it reads are there. */
export interface Audit {
  /** `schema.table`, or `sql/tests`. */
  model: string
  test: string
  severity: Severity
  fingerprint: string
  /** The author's words for what the test says. */
  description?: string
  /** Every model that must be built before. */
  reads: ReadonlySet<string>
  /** Every table that it reads, those of load too. */
  tables: ReadonlySet<string>
  macros: ReadonlySet<string>
  place: Place
  file: SourceFile
  /** Composed when the audit is asked: most of those that are planned are carried over. */
  readonly queries: Queries
  /** What it is asked against is not in this warehouse: it is asked every time. */
  always?: boolean
  /** The author's SQL within the audit, for errors that the engine finds in it. */
  select?: Select
}

export interface Queries {
  /** A condition on a row of the model: its rows are counted in one scan with those of other audits. */
  failsWhen?: Sql
  /** A query of one number, the failing rows, where a condition on one row does not tell. */
  count?: Sql
  /** The failing rows themselves; absent where there is none to show. */
  rows?: Sql
  /** What was expected, where no row can show it. */
  expected?: string
  /** What is counted, where it is not rows. */
  unit?: 'day'
  /** The column that a relationship leads to, `schema.table.column`. */
  parent?: string
}

/** Where audits of `sql/tests/` are filed: they belong to no one model. */
export const loose = 'sql/tests'

/** Rows of each model in the last published version. */
export type PublishedRows = ReadonlyMap<string, number>

/** Every audit of the code, those of models in the order they are declared. */
export function auditsOf(code: Code, prints: Fingerprints, published: PublishedRows = new Map()): Audit[] {
  return [
    ...[...code.models.values()].flatMap((model) => {
      const alone: Needs = { ...nothing, tables: new Set([model.name]) }
      return model.tests.map((test) => ofModel(code, model, test, { prints, published, alone }))
    }),
    ...code.tests.map((test) => ofFile(code, test, prints)),
  ]
}

interface About {
  prints: Fingerprints
  published: PublishedRows
  /** What a test needs that reads its own model and nothing else. */
  alone: Needs
}

function ofModel(
  code: Code,
  model: Model,
  declared: DeclaredTest,
  { prints, published, alone }: About,
): Audit {
  const { test, select, column } = declared
  let queries: Queries | undefined
  const needs = needsOfTest(code, declared, alone)
  const { tables } = needs
  const isModel = (name: string) => code.models.has(name)
  return {
    model: model.name,
    test: declared.name,
    severity: declared.severity,
    fingerprint: prints.ofCheck([declared.name, column ?? '', JSON.stringify(test)], needs),
    reads: needs === alone ? tables : new Set([...tables].filter(isModel)),
    tables,
    macros: needs.macros,
    place: declared.place,
    file: declared.file,
    ...(select ? { select } : {}),
    ...('change' in test && test.change ? { always: true } : {}),
    get queries() {
      queries ??= queriesOf(model.name, declared, published)
      return queries
    },
  }
}

function needsOfTest({ macros }: Code, declared: DeclaredTest, alone: Needs): Needs {
  const { test, select } = declared
  const isDated = 'freshness' in test && test.freshness !== undefined
  const target = 'relationships' in test ? test.relationships : undefined
  if (!select && !isDated && !target) return alone
  const needs =
    select || isDated ? needsFound(declared, macros, () => [select?.references ?? readsAsOf]) : alone
  const tables = new Set([...alone.tables, ...(target ? [splitTarget(target).table] : []), ...needs.tables])
  return { ...needs, tables }
}

/** Of a test that reads no more than its column. */
const nothing = needsOf([], new Map())

const readsAsOf: References = { ...noReferences, calls: [{ name: 'as_of', at: 0 }] }

function queriesOf(model: string, { test, column }: DeclaredTest, published: PublishedRows): Queries {
  const table = sql.table(model)
  const failing = (condition: Sql): Queries => ({
    failsWhen: condition,
    rows: sql`select * from ${table} where ${condition}`,
  })
  if (test.unique !== undefined)
    return uniqueQueries(table, test.unique === true ? [column as string] : test.unique)
  if ('not_null' in test && test.not_null) return failing(sql`${sql.id(column as string)} is null`)
  if ('accepted_values' in test && test.accepted_values) {
    return failing(sql`${sql.id(column as string)} not in (${sql.join(test.accepted_values)})`)
  }
  if ('range' in test && test.range) return failing(outside(sql.id(column as string), test.range))
  if ('expression' in test && test.expression) return failing(sql`not (\n${sql.raw(test.expression)}\n)`)
  if ('change' in test && test.change) return changeQueries(table, test.change, published.get(model))
  if ('row_count' in test && test.row_count) return rowCountQueries(table, test.row_count)
  if ('freshness' in test && test.freshness) return freshnessQueries(table, test.freshness)
  return relationshipQueries(table, column as string, (test as ColumnTest).relationships as string)
}

const outside = (column: Sql, { min, max }: { min?: number | string; max?: number | string }): Sql =>
  sql`(${sql.join(
    [
      ...(min === undefined ? [] : [sql`${column} < ${min}`]),
      ...(max === undefined ? [] : [sql`${column} > ${max}`]),
    ],
    sql` or `,
  )})`

/** Rows that share their key with another. A row whose key is wholly null has none; otherwise nulls are equal. */
function uniqueQueries(table: Sql, columns: readonly string[]): Queries {
  const key = sql.join(columns.map((name) => sql.id(name)))
  const keyed = sql`not (${sql.join(
    columns.map((name) => sql`${sql.id(name)} is null`),
    sql` and `,
  )})`
  return {
    count: sql`select coalesce(sum(n), 0)::bigint from (
      select count(*) as n from ${table} where ${keyed} group by ${key} having count(*) > 1)`,
    rows: sql`select * from ${table} where ${keyed} qualify count(*) over (partition by ${key}) > 1`,
  }
}

/** How many rows there are too few or too many. */
function rowCountQueries(
  table: Sql,
  { min = 0, max }: { min?: number | undefined; max?: number | undefined },
): Queries {
  const most = max ?? Number.MAX_SAFE_INTEGER
  return {
    count: sql`select greatest(0, ${min} - count(*), count(*) - ${most})::bigint from ${table}`,
    expected: max === undefined ? `at least ${min} rows` : `${min} to ${max} rows`,
  }
}

/** How many rows more or fewer there are than a change of the last published version allows. */
function changeQueries(
  table: Sql,
  { max_drop, max_rise }: { max_drop?: number | undefined; max_rise?: number | undefined },
  before: number | undefined,
): Queries {
  // Nothing was published, or not this model: there is nothing to compare with.
  if (before === undefined) return { count: sql`select 0::bigint` }
  const bounds = {
    min: max_drop === undefined ? 0 : Math.ceil(exactly(before * (1 - max_drop))),
    max: max_rise === undefined ? undefined : Math.floor(exactly(before * (1 + max_rise))),
  }
  const { count, expected } = rowCountQueries(table, bounds)
  return { count: count as Sql, expected: `${expected}, after ${before} in the published version` }
}

/** 100 * (1 - 0.1) is 90, not 90.00000000000001. */
const exactly = (value: number): number => Number(value.toPrecision(12))

/** By how many days the newest day is too old; a table without a day is one day late. */
function freshnessQueries(table: Sql, { column, days }: { column: string; days: number }): Queries {
  return {
    count: sql`select case when newest is null then 1
        else greatest(0, date_diff('day', newest, as_of()) - ${days}) end::bigint
      from (select max(${sql.id(column)})::date as newest from ${table})`,
    expected: `a row whose ${column} is at most ${days} days before the as-of date`,
    unit: 'day',
  }
}

function relationshipQueries(table: Sql, column: string, relationship: string): Queries {
  const to = splitTarget(relationship)
  const orphans = sql`from ${table} as child where child.${sql.id(column)} is not null and not exists (
    select 1 from ${sql.table(to.table)} as parent where parent.${sql.id(to.column)} = child.${sql.id(column)})`
  return {
    count: sql`select count(*) ${orphans}`,
    rows: sql`select child.* ${orphans}`,
    parent: relationship,
  }
}

/** A file of `sql/tests/`: every row it gives is a failing one. */
function ofFile(code: Code, test: SqlTest, prints: Fingerprints): Audit {
  const { file, select, head, name } = test
  const needs = needsFound(select.references, code.macros, () => [select.references])
  const [span] = statements(file.text)
  const body = file.text.slice(span?.start, span?.end)
  const failing = sql`(\n${sql.raw(body)}\n)`
  return {
    model: loose,
    test: name,
    severity: head.severity,
    ...(head.description ? { description: head.description } : {}),
    fingerprint: prints.ofCheck([file.text], needs),
    reads: new Set([...needs.tables].filter((table) => code.models.has(table))),
    tables: needs.tables,
    macros: needs.macros,
    place: placeAt(file.shown, file.text, span?.start ?? 0),
    file,
    select: { ...select, text: body, shift: span?.start ?? 0 },
    queries: { count: sql`select count(*) from ${failing}`, rows: sql`select * from ${failing}` },
  }
}

/** An expression without the SELECT that it was parsed in. */
export const ownText = ({ text }: Select): string =>
  text.startsWith(expressionStart) ? text.slice(expressionStart.length, -2) : text

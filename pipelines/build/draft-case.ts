import { existsSync } from 'node:fs'
import { appendFile, readFile } from 'node:fs/promises'
import { type RawBuilder, sql } from 'kysely'
import { Document, visit } from 'yaml'
import { composer, type Db, openDatabase } from '../duckdb.ts'
import { ClienteleError, usageError } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import { type Project, shownPath } from '../project.ts'
import { deliveredColumns } from '../raw.ts'
import { needsOf } from './closure.ts'
import { describe } from './columns.ts'
import type { TextRow } from './compare-rows.ts'
import type { CaseRow } from './read-cases.ts'
import { actualRows, plainRow } from './run-cases.ts'
import { type Code, type Model, selectsOf } from './source.ts'
import { withEmpty } from './with-empty.ts'

/** Rows taken of the first input; of the others, up to so many for each of them. */
const anchorRows = 3
const rowsEach = 4

/**
 * Drafts a case for a model from rows of the published version, and adds it to the file of its tests. Personal
 * columns are masked; the rows expected are those that the model makes of the rows given, for the author to judge.
 * Returns the file as people name it.
 */
export async function draftCase(project: Project, name: string): Promise<string> {
  const { warehouse } = project.paths
  if (!existsSync(warehouse)) {
    const how = 'Run clientele nightly first.'
    throw new ClienteleError({ what: `nothing is published for ${project.config.name}`, how })
  }
  return withEmpty(project, async (empty) => {
    const { code } = empty.checking
    const model = code.models.get(name)
    if (!model) {
      const how = didYouMean(name, code.models.keys()) ?? 'Write schema.table.'
      throw usageError({ what: `no model is called ${name}`, how })
    }
    const db = await openDatabase(warehouse, { readOnly: true })
    const { asOf, given } = await sampled(db, model, code, project).finally(() => db.close())
    const path = model.file.path.replace(/\.(sql|ts)$/, '.test.yaml')
    const text = existsSync(path) ? await readFile(path, 'utf8') : ''
    const title = freeName(`drafted from the night of ${asOf}`, text)
    const place = { file: shownPath(path) }
    const draft = { model: name, name: title, as_of: asOf, params: {}, given, place, placeOf: () => place }
    const expect = await actualRows(empty, draft)
    await appendFile(path, written([{ name: title, as_of: asOf, given, expect }]))
    return shownPath(path)
  })
}

type Given = Record<string, CaseRow[]>

async function sampled(
  db: Db,
  model: Model,
  { macros }: Code,
  project: Project,
): Promise<{ asOf: string; given: Given }> {
  const [run] = await db.rows<{ as_of: string }>('select as_of from ops.run')
  const references = selectsOf(model).map((select) => select.references)
  const tables = [...needsOf(references, macros).tables].filter((table) => !table.startsWith('ops.')).sort()
  const personal = await personalColumns(db, project)
  const given: Given = {}
  const ids = new Map<string, Set<string>>()
  for (const table of tables) {
    const rows = await rowsNear(db, table, ids)
    for (const row of rows) {
      for (const [column, value] of Object.entries(row)) {
        if (!column.endsWith('_id') || typeof value !== 'string') continue
        ids.set(column, (ids.get(column) ?? new Set()).add(value))
      }
    }
    given[table] = rows
  }
  return { asOf: run?.as_of as string, given: masked(given, personal) }
}

/** Rows that share an id with those taken so far: rows that have nothing to do with each other show no rule. */
async function rowsNear(db: Db, table: string, ids: ReadonlyMap<string, Set<string>>): Promise<CaseRow[]> {
  const all = await describe(db, sql`from ${sql.table(table)}`.compile(composer).sql)
  // Where a row came from (_load_id, _row) is no part of what it says.
  const columns = all.filter(({ name }) => !name.startsWith('_'))
  const near = columns
    .filter(({ name }) => ids.has(name))
    .map(({ name }): RawBuilder<unknown> => {
      const values = [...(ids.get(name) as Set<string>)]
      return sql`${sql.id(name)} in (${sql.join(values)})`
    })
  const where = near.length > 0 ? sql`where ${sql.join(near, sql` and `)}` : sql``
  const texts = columns.map(({ name }) => sql`cast(${sql.id(name)} as varchar) as ${sql.id(name)}`)
  const limit = sql.lit(ids.size === 0 ? anchorRows : anchorRows * rowsEach)
  const rows = await db.rows<TextRow>(
    sql`select ${sql.join(texts)} from (select * from ${sql.table(table)} ${where} order by all limit ${limit})`,
  )
  return rows.map((row) => plainRow(row, columns))
}

/** `schema.table.column` of every personal column: of models as they were built, of tables of sources by contract. */
async function personalColumns(db: Db, project: Project): Promise<Set<string>> {
  const models = await db.rows<{ name: string; columns_json: string }>(
    'select name, columns_json from ops.models',
  )
  const named = [
    ...models.map(({ name, columns_json }) => ({ name, columns: JSON.parse(columns_json) as Marked[] })),
    ...[...(await deliveredColumns(project))].map(([name, columns]) => ({ name, columns })),
  ]
  return new Set(
    named.flatMap(({ name: table, columns }) =>
      columns.flatMap(({ name, pii }) => (pii ? [`${table}.${name}`] : [])),
    ),
  )
}

interface Marked {
  name: string
  pii?: string | null | undefined
}

/** A personal text becomes the name of its column and a number, the same for the same text; all else that is personal goes. */
function masked(given: Given, personal: ReadonlySet<string>): Given {
  const names = new Map<string, string>()
  const mask = (column: string, value: string) => {
    const key = `${column}\n${value}`
    if (!names.has(key)) names.set(key, `${column} ${names.size + 1}`)
    return names.get(key) as string
  }
  const maskedCell = (table: string, column: string, value: CaseRow[string]) => {
    if (!personal.has(`${table}.${column}`)) return [[column, value] as const]
    // A date or a telephone number would not go back into its column.
    return typeof value === 'string' && /\p{L}/u.test(value) ? [[column, mask(column, value)] as const] : []
  }
  const maskedRow = (table: string, row: CaseRow): CaseRow =>
    Object.fromEntries(Object.entries(row).flatMap(([column, value]) => maskedCell(table, column, value)))
  return Object.fromEntries(
    Object.entries(given).map(([table, rows]) => [table, rows.map((row) => maskedRow(table, row))]),
  )
}

/** Two cases of one file are not of one name. */
function freeName(name: string, text: string): string {
  let free = name
  for (let n = 2; text.includes(free); n++) free = `${name}, ${n}`
  return free
}

/** One row a line. */
function written(cases: object[]): string {
  const document = new Document(cases)
  visit(document, {
    Map(_, node, path) {
      if (path.length > 4) node.flow = true
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

import { type RawBuilder, sql } from 'kysely'
import { composer, type Db } from '../duckdb.ts'
import { engineError } from '../engine-error.ts'
import { ClienteleError, type Fault, type Place, throwFaults } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import type { Project } from '../project.ts'
import { type Checking, makeEmpty } from './check.ts'
import { needsOf } from './closure.ts'
import { describe, type GivenColumn } from './columns.ts'
import { type AreEqual, compareRows, type Difference, type TextRow } from './compare-rows.ts'
import { selectCte } from './cte.ts'
import { defineParameters, type Parameters } from './parameters.ts'
import { inputsOf, orderOf } from './plan.ts'
import { type Case, type CaseRow, readCases } from './read-cases.ts'
import { runModel } from './run-model.ts'
import { chosen } from './select.ts'
import { type Model, selectsOf } from './source.ts'
import { type EmptyProject, withEmpty } from './with-empty.ts'

/** How one case went: it passed, or this is the difference, or it could not be run. */
export interface CaseResult {
  model: string
  name: string
  place: Place
  difference?: Difference
  faults?: Fault[]
}

/**
 * Runs the unit tests of models, each on its own rows in a warehouse in memory: no data of the project is read.
 * Throws when a test's file or a tested model is not sound.
 */
export const runCases = (project: Project, selectors: readonly string[]): Promise<CaseResult[]> =>
  withEmpty(project, async ({ checking, parameters }) => {
    const cases = await chosenCases(project, checking, selectors)
    await makeTested(checking, cases)
    const results: CaseResult[] = []
    for (const one of cases) results.push(await runCase(checking, one, parameters))
    return results
  })

/** The rows that a model makes of the rows given, without the columns that are null. */
export async function actualRows({ checking, parameters }: EmptyProject, one: Case): Promise<CaseRow[]> {
  const { db } = checking
  await makeTested(checking, [one])
  const given = { ...parameters, asOf: one.as_of }
  await defineParameters(db, given)
  return undone(db, async () => {
    const { from, columns } = await resultOf(checking, one, given)
    const rows = await textRows(
      db,
      from,
      columns.map(({ name }) => name),
    )
    return rows.map((row) => plainRow(row, columns))
  })
}

/** Cells as an author writes them: numbers and truth values bare, the rest as text, nulls left out. */
export const plainRow = (row: TextRow, columns: readonly GivenColumn[]): CaseRow =>
  Object.fromEntries(
    columns.flatMap(({ name, type }): [string, CaseRow[string]][] => {
      const text = row[name]
      if (text === null || text === undefined) return []
      if (type === 'BOOLEAN') return [[name, text === 'true']]
      const isNumber = /^(DECIMAL|DOUBLE|FLOAT|U?(TINY|SMALL|BIG|HUGE)?INT)/.test(type)
      return [[name, isNumber && Number.isFinite(Number(text)) ? Number(text) : text]]
    }),
  )

async function chosenCases(
  project: Project,
  { code }: Checking,
  selectors: readonly string[],
): Promise<Case[]> {
  const names = selectors.length > 0 ? chosen(selectors, { code }) : new Set(code.models.keys())
  const faults: Fault[] = []
  const cases = await readCases(await project.layered('sql'), new Set(code.models.keys()), faults)
  throwFaults(faults)
  return cases.filter(({ model }) => names.has(model))
}

/** Makes the tested models and what they are made from, empty. */
async function makeTested(checking: Checking, cases: readonly Case[]): Promise<void> {
  const { code, made, faults } = checking
  const tested = new Set(cases.map(({ model }) => model))
  const needed = chosen(
    [...tested].map((name) => `+${name}`),
    { code },
  )
  await makeEmpty(
    checking,
    orderOf(code.models, code.macros, []).filter(({ name }) => needed.has(name)),
  )
  if (!tested.isSubsetOf(made)) throwFaults(faults)
}

async function runCase(checking: Checking, one: Case, project: Parameters): Promise<CaseResult> {
  const { db } = checking
  const { model, name, place, as_of: asOf, params } = one
  const result = { model, name, place }
  try {
    throwFaults(unknownParams(one, project))
    const parameters = { ...project, asOf, numbers: { ...project.numbers, ...params } }
    await defineParameters(db, parameters)
    const difference = await undone(db, () => differenceOf(checking, one, parameters))
    return { ...result, ...(difference ? { difference } : {}) }
  } catch (error) {
    if (!(error instanceof ClienteleError)) throw error
    return { ...result, faults: error.faults }
  }
}

/** The rows of one case are not there for the next. */
async function undone<T>(db: Db, work: () => Promise<T>): Promise<T> {
  await db.run('begin transaction')
  try {
    return await work()
  } finally {
    await db.run('rollback')
  }
}

function unknownParams({ params, placeOf }: Case, { numbers }: Parameters): Fault[] {
  const unknown = Object.keys(params).filter((name) => !(name in numbers))
  return unknown.map((name) => ({
    what: `unknown parameter: ${name}`,
    where: placeOf(['params', name], 'key'),
    ...hint(didYouMean(name, Object.keys(numbers))),
  }))
}

const hint = (how: string | undefined) => (how === undefined ? {} : { how })

async function differenceOf(
  checking: Checking,
  one: Case,
  parameters: Parameters,
): Promise<Difference | undefined> {
  const { db } = checking
  const { from, columns } = await resultOf(checking, one, parameters)
  const expected = one.expect ?? one.expect_cte?.rows ?? []
  const path = one.expect ? ['expect'] : ['expect_cte', 'rows']
  throwFaults(unknownColumns(one, expected, columns, path))
  const names = [...new Set(expected.flatMap((row) => Object.keys(row)))]
  const shown = names.length > 0 ? names : columns.map(({ name }) => name)
  const actual = await atCase(one, path, '', () => textRows(db, from, shown))
  const wanted = await atCase(one, path, '', () => asTyped(db, expected, columns))
  return compareRows(wanted, actual, equality(columns))
}

const textRows = (db: Db, from: RawBuilder<unknown>, names: readonly string[]): Promise<TextRow[]> => {
  const texts = names.map((name) => sql`cast(${sql.id(name)} as varchar) as ${sql.id(name)}`)
  return db.rows(sql`select ${sql.join(texts)} from ${from} as result`)
}

interface Result {
  from: RawBuilder<unknown>
  columns: readonly GivenColumn[]
}

/** Runs the model, or the step of it that is asked for, on the rows of the case. */
async function resultOf(checking: Checking, one: Case, parameters: Parameters): Promise<Result> {
  const { db, code, types } = checking
  const model = code.models.get(one.model) as Model
  await giveRows(checking, one, model)
  if (one.expect_cte) {
    const select = await cteOf(db, one, model)
    const columns = await atCase(one, ['expect_cte', 'name'], select, () => describe(db, select))
    return { from: sql`(${sql.raw(select)})`, columns }
  }
  const asTable = { ...model, head: { ...model.head, kind: 'table' as const } }
  const { columns } = await runModel(db, asTable, { parameters, types })
  return { from: sql.table(model.name), columns }
}

async function cteOf(db: Db, { expect_cte, placeOf }: Case, model: Model): Promise<string> {
  const name = expect_cte?.name as string
  const found = model.language === 'sql' ? await selectCte(db, model.select.text, name) : { names: [] }
  if (found.select !== undefined) return found.select
  const how = didYouMean(name, found.names) ?? `There are: ${found.names.join(', ') || 'none'}.`
  throw new ClienteleError({
    what: `${model.name} has no CTE called ${name}`,
    where: placeOf(['expect_cte', 'name']),
    how,
  })
}

/** Puts the given rows into the tables that the model reads. */
async function giveRows({ db, code }: Checking, one: Case, model: Model): Promise<void> {
  const references = selectsOf(model).map((select) => select.references)
  const read = new Set([
    ...inputsOf(model, code.models, code.macros),
    ...needsOf(references, code.macros).tables,
  ])
  for (const [table, rows] of Object.entries(one.given)) {
    const where = one.placeOf(['given', table], 'key')
    if (!read.has(table)) {
      const how = didYouMean(table, read) ?? `It reads ${[...read].sort().join(', ')}.`
      throw new ClienteleError({ what: `${model.name} does not read ${table}`, where, how })
    }
    // The current rows of a table are a view of its history.
    const target = /^raw\./.test(table) && !table.endsWith('_history') ? `${table}_history` : table
    const columns = await describe(db, sql`from ${sql.table(table)}`.compile(composer).sql)
    throwFaults(unknownColumns(one, rows, columns, ['given', table]))
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
    if (rows.length === 0) continue
    const into = sql.join(names.map((name) => sql.id(name)))
    const values = typedRows(rows, names, columns)
    await atCase(one, ['given', table], '', () =>
      db.run(sql`insert into ${sql.table(target)} (${into}) values ${values}`),
    )
  }
}

const typedRows = (rows: readonly CaseRow[], names: readonly string[], columns: readonly GivenColumn[]) =>
  sql.join(
    rows.map((row) => {
      const cells = names.map((name) => sql`cast(${bound(row[name])} as ${typeOf(name, columns)})`)
      return sql`(${sql.join(cells)})`
    }),
  )

const typeOf = (name: string, columns: readonly GivenColumn[]) =>
  sql.raw(columns.find((column) => column.name === name)?.type ?? 'varchar')

/** Lists and records travel as the text the engine reads them from. */
const bound = (value: CaseRow[string] | undefined) =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? null)

/** Expected rows as the engine writes them, each with its own columns only. */
async function asTyped(
  db: Db,
  rows: readonly CaseRow[],
  columns: readonly GivenColumn[],
): Promise<TextRow[]> {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  if (names.length === 0) return rows.map(() => ({}))
  const texts = names.map((name) => sql`cast(${sql.id(name)} as varchar) as ${sql.id(name)}`)
  const into = sql.join(names.map((name) => sql.id(name)))
  const typed = await db.rows<TextRow>(
    sql`select ${sql.join(texts)} from (values ${typedRows(rows, names, columns)}) as expected(${into})`,
  )
  return typed.map((row, i) =>
    Object.fromEntries(Object.keys(rows[i] as CaseRow).map((name) => [name, row[name] ?? null])),
  )
}

/** Share by which two floating numbers may differ and still be the same. */
const tolerance = 1e-9

function equality(columns: readonly GivenColumn[]): AreEqual {
  const floating = new Set(
    columns.filter(({ type }) => /^(DOUBLE|FLOAT)$/.test(type)).map(({ name }) => name),
  )
  return (name, expected, actual) => {
    if (expected === actual) return true
    if (expected === null || actual === null || !floating.has(name)) return false
    const [a, b] = [Number(expected), Number(actual)]
    return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b))
  }
}

function unknownColumns(
  { placeOf }: Case,
  rows: readonly CaseRow[],
  columns: readonly GivenColumn[],
  path: readonly PropertyKey[],
): Fault[] {
  const known = columns.map(({ name }) => name)
  return rows.flatMap((row, i) =>
    Object.keys(row)
      .filter((name) => !known.includes(name))
      .map((name) => ({
        what: `no column is called ${name}`,
        where: placeOf([...path, i, name], 'key'),
        how: didYouMean(name, known) ?? `Columns: ${known.join(', ')}.`,
      })),
  )
}

/** An error of the engine in the rows of a case, at their place. */
async function atCase<T>(
  one: Case,
  path: readonly PropertyKey[],
  statement: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const told = engineError(error, statement)
    if (!told) throw error
    const where = one.placeOf(path, 'key')
    throw new ClienteleError({ what: `${one.model}: ${told.message}`, where, ...hint(told.how) }, 1, {
      cause: error,
    })
  }
}

import { needsOf } from '../build/closure.ts'
import type { Kind } from '../build/head.ts'
import { orderOf } from '../build/plan.ts'
import type { Code, Model } from '../build/source.ts'
import { selectsOf } from '../build/source.ts'
import type { Db } from '../duckdb.ts'
import type { Project } from '../project.ts'
import type { Flow, Via } from './lineage/flow.ts'
import { type MacroText, macroText } from './lineage/macro.ts'
import { modelLineage, textsOf } from './lineage/model.ts'
import { relationOf } from './lineage/query.ts'
import { type Binding, type MacroBody, openScope } from './lineage/scope.ts'
import { type Tree, treesOf } from './lineage/trees.ts'
import type { ReportQueries } from './report-queries.ts'

/** `[column, how]`: the column as `schema.table.column`, see `Flow`. */
export type Origin = [key: string, via: Via]

export interface OutlinedColumn {
  name: string
  type: string | null
  description: string | null
  pii: 'direct' | 'indirect' | null
  /** Its name at the source, for a delivered column. */
  delivered: string | null
  from: Origin[]
}

/** A table of the project as its texts tell of it, without any data. A report is one, too: its columns are `query.column`. */
export interface OutlinedTable {
  /** `schema.table`; `report.name` for a report. */
  name: string
  kind: Kind | 'program' | 'source' | 'report'
  /** Where it is written, below the project or the base: `sql/core/orders.sql`. */
  file: string
  description: string | null
  grain: string | null
  owner: string | null
  tags: string[]
  /** Tables read, through macros too; sorted. */
  inputs: string[]
  columns: OutlinedColumn[]
  /** What decides which rows there are. */
  rows: Origin[]
}

/** Every table, each after those it reads: delivered ones first, reports last. */
export interface Outline {
  tables: OutlinedTable[]
  /** Names that lineage could not tell, as `table: name`; empty when all is well. */
  doubts: string[]
}

/** What an outline is made of. */
export interface Written {
  project: Project
  code: Code
  delivered: readonly OutlinedTable[]
  reports: readonly ReportQueries[]
}

/** Lineage and facts of all models and reports; of the delivered tables beside `raw.<table>`, those that are read. */
export async function outlineOf(db: Db, { project, code, delivered, reports }: Written): Promise<Outline> {
  const order = orderOf(code.models, code.macros, [])
  const macros = [...code.macros.values()].map((macro) => ({ name: macro.name, ...macroText(macro) }))
  const texts = [
    ...macros.map(({ select }) => select),
    ...order.flatMap(textsOf),
    ...reports.flatMap(({ queries }) => queries.map(({ sql }) => sql)),
  ]
  const trees = new Map(texts.map((text, i) => [text, i] as const))
  const parsed = await treesOf(db, texts)
  const treeOf = (text: string): Tree | undefined => parsed[trees.get(text) as number]
  const columns = new Map(delivered.map((table) => [table.name, table.columns.map(({ name }) => name)]))
  const binding: Binding = {
    table: (name) => columns.get(name),
    macros: new Map(macros.flatMap((macro) => macroBody(macro, treeOf(macro.select)))),
    parameters: new Set(Object.keys(project.config.params)),
    doubts: [],
  }
  const doubts: string[] = []
  const models = order.map((model) => {
    const table = outlined(
      model,
      textsOf(model).flatMap((text) => treeOf(text) ?? []),
      code,
      binding,
    )
    doubts.push(...binding.doubts.splice(0).map((name) => `${model.name}: ${name}`))
    columns.set(
      table.name,
      table.columns.map(({ name }) => name),
    )
    return table
  })
  const tables = [...models, ...reports.map((report) => reported(report, treeOf, binding))]
  const read = new Set(tables.flatMap(({ inputs }) => inputs))
  const shown = delivered.filter(({ name }) => read.has(name) || /^raw\.(?!.*_history$)/.test(name))
  return { tables: [...shown, ...tables], doubts }
}

const macroBody = (
  { name, parameters, isTable }: MacroText & { name: string },
  tree?: Tree,
): [string, MacroBody][] =>
  tree ? [[name, { parameters, isTable, body: isTable ? tree : tree.select_list[0] }]] : []

function outlined(model: Model, trees: Tree[], code: Code, binding: Binding): OutlinedTable {
  const { name, head, file, language } = model
  const { columns, rows } = modelLineage(model, trees, binding)
  const references = selectsOf(model).map((select) => select.references)
  return {
    name,
    kind: language === 'ts' ? 'program' : head.kind,
    file: `sql/${file.key}`,
    description: head.description?.trim() ?? null,
    grain: head.grain ?? null,
    owner: head.owner ?? null,
    tags: head.tags,
    inputs: [...needsOf(references, code.macros).tables].sort(),
    columns: [...columns].map(([column, flow]) => ({
      ...bare(column, flow),
      ...declared(head.columns[column]),
    })),
    rows: originsOf(rows),
  }
}

type Declared = Model['head']['columns'][string]

const declared = (column: Declared | undefined): Pick<OutlinedColumn, 'type' | 'description' | 'pii'> => ({
  type: column?.type ?? null,
  description: column?.description ?? null,
  pii: column?.pii ?? null,
})

const bare = (name: string, flow: Flow): OutlinedColumn => ({
  name,
  type: null,
  description: null,
  pii: null,
  delivered: null,
  from: originsOf(flow),
})

const originsOf = (flow: Flow): Origin[] => [...flow]

/** A query that does not parse is the report's own fault to tell: here it has no columns. */
function reported(
  { name, title, file, queries }: ReportQueries,
  treeOf: (text: string) => Tree | undefined,
  binding: Binding,
): OutlinedTable {
  // A query that is kept stands for those after it like a CTE.
  const kept = openScope(binding)
  const relations = queries.flatMap((query) => {
    const tree = treeOf(query.sql)
    if (!tree) return []
    const relation = relationOf(tree, openScope(binding, kept))
    if (query.kept) kept.ctes.set(query.name, relation)
    return [{ query: query.name, ...relation }]
  })
  binding.doubts.length = 0
  const columns = relations.flatMap(({ query, columns }) =>
    columns.flatMap(({ name, flow }) => (name === undefined ? [] : [bare(`${query}.${name}`, flow)])),
  )
  const rows = new Map(relations.flatMap((relation) => [...relation.rows]))
  return {
    name: `report.${name}`,
    kind: 'report',
    file,
    description: title,
    grain: null,
    owner: null,
    tags: [],
    inputs: [...rows.keys()].flatMap((key) => (key.endsWith('.*') ? [key.slice(0, -2)] : [])).sort(),
    columns,
    rows: originsOf(rows),
  }
}

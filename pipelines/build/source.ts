import type { Place } from '../error.ts'
import type { ColumnTest, ModelHead, Severity, TableTest, TestHead } from './head.ts'
import type { ModelDefinition } from './model.ts'
import type { References } from './references.ts'

/** A file of `sql/` with its text. */
export interface SourceFile {
  /** Path below `sql/`, as `core/orders.sql`. */
  key: string
  path: string
  /** The path as people name it. */
  shown: string
  text: string
  /** The file of the base that a project's file stands in for: its head still binds. */
  replaces?: SourceFile
}

/** A SELECT that stands in a file and what it refers to. */
export interface Select {
  text: string
  /** `file offset = offset in text + shift`; unknown when the text is not in the file letter for letter. */
  shift: number | undefined
  references: References
}

/** A test that a model declares, and where. */
export interface DeclaredTest {
  /** As kept in `ops.audits`: `unique(order_id)`. */
  name: string
  severity: Severity
  /** Absent for a test over the table. */
  column?: string
  test: ColumnTest | TableTest
  /** The model's own file, or the file of the base that it replaces. */
  file: SourceFile
  place: Place
  /** The expression's own SQL. */
  select?: Select
}

interface Named {
  /** `schema.table` */
  name: string
  file: SourceFile
  head: ModelHead
  tests: DeclaredTest[]
  /** The place in the file of something in the head. */
  placeOf(path: readonly PropertyKey[], part?: 'key' | 'value'): Place
}

export interface SqlModel extends Named {
  language: 'sql'
  select: Select
  /** Where the head ends. */
  bodyStart: number
}

export interface TsModel extends Named {
  language: 'ts'
  definition: ModelDefinition
  inputs: Record<string, Select>
}

export type Model = SqlModel | TsModel

export interface Macro {
  name: string
  file: SourceFile
  /** The statement from the macro's name on, and where it begins in the file. */
  text: string
  start: number
  references: References
  /** `file offset = offset of a reference + shift`. */
  shift: number
}

/** A file of `sql/tests/`: a SELECT of failing rows. */
export interface SqlTest {
  name: string
  file: SourceFile
  head: TestHead
  select: Select
}

/** Everything analysts wrote. */
export interface Code {
  models: Map<string, Model>
  macros: Map<string, Macro>
  tests: SqlTest[]
}

/** The SELECTs of a model: one, or one an input. */
export const selectsOf = (model: Model): Select[] =>
  model.language === 'sql' ? [model.select] : Object.values(model.inputs)

import type { Code, DeclaredTest, Model } from '../../build/source.ts'
import type { AuditRow } from '../../build/store.ts'
import { type Graph, graphOf } from '../graph.ts'
import type { Outline, OutlinedTable } from '../outline.ts'
import type { ReportQueries } from '../report-queries.ts'
import type { Night } from './nights.ts'
import type { Told } from './warehouse.ts'

export type Personal = 'direct' | 'indirect'

/** Everything that the pages tell of, put together. */
export interface Atlas {
  firm: string
  /** The first of the project's languages. */
  locale: string
  told: Told
  nights: Night[]
  outline: Outline
  code: Code
  reports: ReadonlyMap<string, ReportQueries>
  graph: Graph
  /** Set when the code has changed since the version was built. */
  isNewer: boolean
  table(name: string): OutlinedTable | undefined
  model(name: string): Model | undefined
  /** The page of a table, or of a column on it. */
  hrefOf(key: string): string | undefined
  audit(model: string, test: string): AuditRow | undefined
  /** How far a table stands from what is delivered. */
  rankOf(name: string): number
  /** Whose personal data a column holds: by its own mark, or copied from a column that has one. */
  personal(key: string): Personal | undefined
}

export type Given = Pick<Atlas, 'firm' | 'locale' | 'told' | 'nights' | 'outline' | 'code' | 'isNewer'> & {
  reports: ReportQueries[]
}

export function openAtlas(given: Given): Atlas {
  const tables = new Map(given.outline.tables.map((table) => [table.name, table]))
  const audits = new Map(given.told.audits.map((row) => [`${row.model}\n${row.test}`, row]))
  const marks = personalMarks(given.outline)
  const ranks = ranksOf(given.outline)
  return {
    ...given,
    reports: new Map(given.reports.map((report) => [`report.${report.name}`, report])),
    graph: graphOf(given.outline),
    table: (name) => tables.get(name),
    model: (name) => given.code.models.get(name),
    hrefOf(key) {
      if (key.startsWith('param.')) return `parameters.html#${anchorOf(key.slice('param.'.length))}`
      const name = key.split('.', 2).join('.')
      if (!tables.has(name)) return undefined
      const column = key.slice(name.length + 1)
      return column === '' || column === '*' ? fileOf(name) : `${fileOf(name)}#${anchorOf(column)}`
    },
    audit: (model, test) => audits.get(`${model}\n${test}`),
    rankOf: (name) => ranks.get(name) ?? -1,
    personal: (key) => marks.get(key),
  }
}

/** A name as part of a file's name: letters, digits, dots and dashes stay; two names never meet. */
const plainName = (name: string): string =>
  name.replaceAll(/[^\w.-]/gu, (character) => `~${(character.codePointAt(0) as number).toString(16)}~`)

export const fileOf = (name: string): string => `${encodeURIComponent(plainName(name))}.html`

export const anchorOf = (column: string): string => encodeURIComponent(column)

function personalMarks({ tables }: Outline): Map<string, Personal> {
  const marks = new Map<string, Personal>()
  for (const { name, columns } of tables) {
    for (const { name: column, pii, from } of columns) {
      const copied = from.flatMap(([key, via]) => (via === 'copied' ? (marks.get(key) ?? []) : []))
      const mark = pii ?? (copied.includes('direct') ? 'direct' : copied[0])
      if (mark) marks.set(`${name}.${column}`, mark)
    }
  }
  return marks
}

function ranksOf({ tables }: Outline): Map<string, number> {
  const ranks = new Map<string, number>()
  for (const { name, inputs } of tables) {
    ranks.set(name, Math.max(0, ...inputs.map((input) => (ranks.get(input) ?? -1) + 1)))
  }
  return ranks
}

export type Verdict = 'passed' | 'warned' | 'failed' | 'unknown'

/** How a test went in the version that is shown; unknown when it was not asked. */
export const verdictOf = (atlas: Atlas, model: string, test: Pick<DeclaredTest, 'name'>): Verdict =>
  atlas.audit(model, test.name)?.status ?? 'unknown'

/** The text a model is made of: its SELECT without the head, or its program. */
export function sourceOf(
  atlas: Atlas,
  { name, kind }: OutlinedTable,
): { text: string; language: 'sql' | 'ts' } | undefined {
  const model = atlas.model(name)
  if (model?.language === 'ts') return { text: model.file.text, language: 'ts' }
  if (model) return { text: model.select.text.slice(model.bodyStart).trim(), language: 'sql' }
  const report = kind === 'report' ? atlas.reports.get(name) : undefined
  const text = report?.queries.map((query) => `-- name: ${query.name}\n${query.sql.trim()}`).join('\n\n')
  return text === undefined ? undefined : { text, language: 'sql' }
}

import type Handlebars from 'handlebars'
import type { GraphNode } from '../graph.ts'
import type { Origin, OutlinedColumn, OutlinedTable } from '../outline.ts'
import { named } from '../print-lineage.ts'
import { type Atlas, anchorOf, sourceOf, type Verdict, verdictOf } from './atlas.ts'
import { drawGraph, type Measure } from './draw.ts'
import { highlight, type LinkOf } from './highlight.ts'
import { day, demand, number, plural, seconds } from './words.ts'

export const kinds: Record<string, string> = {
  table: 'table',
  view: 'view',
  incremental: 'table, made by intervals',
  program: 'table, made by a program',
  source: 'delivered',
  report: 'report',
}

interface Reference {
  text: string
  href: string | undefined
  sign: string
}

interface TestLine {
  text: string
  verdict: Verdict
  /** In words, for those who do not see the mark. */
  told: string
}

/** What `table.hbs` shows of a table, a delivered table or a report. */
export function tablePage(atlas: Atlas, table: OutlinedTable, measure: Measure): Record<string, unknown> {
  const [schema, name] = [
    table.name.slice(0, table.name.indexOf('.') + 1),
    table.name.slice(table.name.indexOf('.') + 1),
  ]
  const source = sourceOf(atlas, table)
  const tests = testsOf(atlas, table)
  const types = storedTypes(atlas, table.name)
  const nights = nightsOf(atlas, table.name)
  return {
    schema,
    schemaId: anchorOf(schema.slice(0, -1)),
    name,
    title: table.name,
    isReport: table.kind === 'report',
    isSource: table.kind === 'source',
    description: table.description ?? '',
    grain: table.grain ?? '',
    facts: factsOf(atlas, table, tests),
    picture: neighbourhood(atlas, table, measure),
    graphHref: `graph.html#${encodeURIComponent(table.name)}`,
    columns: table.columns.map((column) => columnOf(atlas, table, column, { tests, types })),
    hasTests: tests.some(({ column }) => column !== undefined),
    hasDelivered: table.columns.some(({ delivered }) => delivered !== null),
    tests: tests.filter(({ column }) => column === undefined).map(({ line }) => line),
    rows: references(atlas, table.rows),
    nights,
    hasNights: nights.length > 0,
    load: loadOf(atlas, table.name),
    code: source ? highlight(source.text, source.language, linkOf(atlas, table)) : '',
    file: table.file,
    printed: table.kind === 'report' ? `../${encodeURIComponent(reportFile(atlas, name))}` : '',
  }
}

/** Where the pack has the report, in the first of the project's languages. */
const reportFile = ({ locale }: Atlas, name: string): string =>
  name === 'index' ? 'index.html' : `${name}.${locale}.html`

function factsOf(
  atlas: Atlas,
  table: OutlinedTable,
  tests: { line: TestLine }[],
): { term: string; value: string; tone: string }[] {
  const row = atlas.told.models.get(table.name)
  const count = (verdict: Verdict) => tests.filter(({ line }) => line.verdict === verdict).length
  const bad = count('failed') + count('warned')
  const said = [
    ...(count('passed') > 0 ? [`${number(count('passed'))} passed`] : []),
    ...(count('warned') > 0 ? [`${number(count('warned'))} warned`] : []),
    ...(count('failed') > 0 ? [`${number(count('failed'))} failed`] : []),
    ...(count('unknown') > 0 ? [`${number(count('unknown'))} not asked`] : []),
  ]
  const isModel = atlas.model(table.name) !== undefined
  const took = secondsOf(atlas, table.name)
  return [
    { term: 'Kind', value: kinds[table.kind] ?? table.kind, tone: '' },
    ...(isModel ? [{ term: 'Rows', value: row ? number(row.rows) : 'not in this version', tone: '' }] : []),
    ...(said.length > 0 ? [{ term: 'Tests', value: said.join(', '), tone: bad > 0 ? 'bad' : 'good' }] : []),
    ...(took === undefined ? [] : [{ term: 'Build', value: seconds(took), tone: '' }]),
    ...(table.owner ? [{ term: 'Owner', value: table.owner, tone: '' }] : []),
    ...(table.tags.length > 0 ? [{ term: 'Tags', value: table.tags.join(', '), tone: '' }] : []),
    { term: 'Written in', value: table.file, tone: 'file' },
  ]
}

/** The last time that a night built it. */
const secondsOf = ({ nights }: Atlas, name: string): number | undefined =>
  nights.findLast((night) => name in night.seconds)?.seconds[name]

function testsOf(atlas: Atlas, { name }: OutlinedTable): { column: string | undefined; line: TestLine }[] {
  return (atlas.model(name)?.tests ?? []).map((test) => {
    const row = atlas.audit(name, test.name)
    const verdict = verdictOf(atlas, name, test)
    const failing = row && row.failing_rows > 0 ? `: ${plural(row.failing_rows, 'row')}` : ''
    return {
      column: test.column,
      line: { text: demand(test), verdict, told: `${toldAs[verdict]}${failing}` },
    }
  })
}

const toldAs: Record<Verdict, string> = {
  passed: 'passed',
  warned: 'warned',
  failed: 'failed',
  unknown: 'not asked in this version',
}

interface OfTable {
  tests: ReturnType<typeof testsOf>
  /** As the engine prints them, where the version has the table. */
  types: ReadonlyMap<string, string>
}

function columnOf(
  atlas: Atlas,
  table: OutlinedTable,
  column: OutlinedColumn,
  { tests, types }: OfTable,
): Record<string, unknown> {
  const key = `${table.name}.${column.name}`
  const mark = atlas.personal(key)
  const shown = 3
  const origins = references(atlas, column.from)
  return {
    name: column.name,
    id: anchorOf(column.name),
    key,
    type: column.type ?? types.get(column.name) ?? '',
    description: column.description ?? '',
    delivered: column.delivered ?? '',
    mark: mark ?? '',
    isMarkInherited: mark !== undefined && column.pii === null,
    origins: origins.slice(0, shown),
    more: origins.length > shown ? number(origins.length - shown) : '',
    isLiteral: origins.length === 0 && table.kind !== 'source',
    tests: tests.filter((test) => test.column === column.name).map(({ line }) => line),
  }
}

function storedTypes({ told }: Atlas, table: string): Map<string, string> {
  const row = told.models.get(table)
  const columns: { name: string; type: string }[] = row ? JSON.parse(row.columns_json) : []
  return new Map(columns.map(({ name, type }) => [name, type]))
}

const references = (atlas: Atlas, origins: readonly Origin[]): Reference[] =>
  origins.map(([key, via]) => ({ text: named(key), href: atlas.hrefOf(key), sign: via }))

/** The tables it reads, and those that read it. */
function neighbourhood(atlas: Atlas, { name }: OutlinedTable, measure: Measure): Handlebars.SafeString | '' {
  const edges = atlas.graph.edges.filter((edge) => edge.includes(name))
  if (edges.length === 0) return ''
  const names = new Set(edges.flat())
  const nodes = atlas.graph.nodes.filter((node) => names.has(node.name))
  return drawGraph({
    ...picture(atlas, measure),
    graph: { nodes, edges },
    centre: name,
    title: `What ${name} reads, and what reads it`,
  })
}

/** What all pictures of the catalogue share. */
export const picture = (atlas: Atlas, measure: Measure) => ({
  measure,
  hrefOf: atlas.hrefOf,
  stateOf: (name: GraphNode['name']) => stateOf(atlas, name),
})

/** The worst of a table's tests. */
export function stateOf(atlas: Atlas, name: string): Verdict {
  const verdicts = (atlas.model(name)?.tests ?? []).map((test) => verdictOf(atlas, name, test))
  return (['failed', 'warned', 'passed'] as const).find((one) => verdicts.includes(one)) ?? 'unknown'
}

interface NightLine {
  asOf: string
  rows: string
  share: string
  change: string
  tone: string
  seconds: string
}

function nightsOf({ nights }: Atlas, name: string): NightLine[] {
  const counted = nights.filter((night) => name in night.rows)
  const most = Math.max(1, ...counted.map((night) => night.rows[name] as number))
  return counted
    .map((night, i): NightLine => {
      const rows = night.rows[name] as number
      const before = counted[i - 1]?.rows[name]
      const took = night.seconds[name]
      const step = before === undefined ? 0 : rows - before
      return {
        asOf: day(night.asOf),
        rows: number(rows),
        share: `${((100 * rows) / most).toFixed(1)}%`,
        change:
          before === undefined
            ? ''
            : step === 0
              ? 'no change'
              : `${step > 0 ? '+' : '−'}${number(Math.abs(step))}`,
        tone: step === 0 ? 'quiet' : '',
        seconds: took === undefined ? '' : seconds(took),
      }
    })
    .reverse()
}

function loadOf({ told }: Atlas, name: string): Record<string, string> | '' {
  const load = told.loads.find((row) => `raw.${row.table_name}` === name)
  if (!load) return ''
  return {
    loads: plural(load.loads, 'load'),
    read: number(load.read),
    loaded: number(load.loaded),
    quarantined: number(load.quarantined),
    superseded: number(load.superseded),
    latest: day(load.latest),
  }
}

/** Names in the SQL lead to the table's page, calls of macros to the macro. */
function linkOf(atlas: Atlas, table: OutlinedTable): LinkOf {
  return (word, isCall) => {
    if (word === table.name) return undefined
    if (isCall && atlas.code.macros.has(word)) return `macros.html#${anchorOf(word)}`
    return word.includes('.') && atlas.table(word) ? atlas.hrefOf(word) : undefined
  }
}

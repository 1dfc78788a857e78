import { reached } from '../graph.ts'
import type { OutlinedTable } from '../outline.ts'
import { type Atlas, anchorOf, type Verdict } from './atlas.ts'
import { drawGraph, type Measure } from './draw.ts'
import { highlight, type LinkOf } from './highlight.ts'
import { kinds, picture, stateOf } from './table-page.ts'
import { number, plural, seconds } from './words.ts'

/** The first page: every table by schema, and what needs attention. */
export function indexPage(atlas: Atlas): Record<string, unknown> {
  const { tables } = atlas.outline
  const columns = tables.flatMap((table) => table.columns.map((column) => `${table.name}.${column.name}`))
  const models = tables.filter(({ name }) => atlas.model(name))
  const count = (status: Verdict) => atlas.told.audits.filter((audit) => audit.status === status).length
  return {
    title: 'Catalogue',
    isNewer: atlas.isNewer,
    facts: [
      { term: 'Models', value: number(models.length) },
      { term: 'Delivered tables', value: number(tables.filter(({ kind }) => kind === 'source').length) },
      { term: 'Reports', value: number(tables.filter(({ kind }) => kind === 'report').length) },
      { term: 'Columns', value: number(columns.length) },
      { term: 'Of them personal', value: number(columns.filter((key) => atlas.personal(key)).length) },
      {
        term: 'Tests',
        value: `${number(count('passed'))} passed, ${number(count('warned'))} warned, ${number(count('failed'))} failed`,
      },
    ],
    troubles: troublesOf(atlas),
    schemas: schemasOf(atlas).map(([schema, own]) => ({
      schema,
      id: anchorOf(schema),
      size: plural(own.length, 'table'),
      tables: own.map((table) => lineOf(atlas, table)),
    })),
    loose: looseTests(atlas),
  }
}

/** Schemas in the order of the night: by how far their tables stand from what is delivered; reports last. */
function schemasOf({ outline, rankOf }: Atlas): [schema: string, tables: OutlinedTable[]][] {
  const schemas = Map.groupBy(outline.tables, ({ name }) => name.slice(0, name.indexOf('.')))
  const place = (own: OutlinedTable[]) =>
    own.some(({ kind }) => kind === 'report')
      ? Number.POSITIVE_INFINITY
      : own.reduce((sum, { name }) => sum + rankOf(name), 0) / own.length
  return [...schemas]
    .toSorted(([, one], [, other]) => place(one) - place(other) || other.length - one.length)
    .map(([schema, own]) => [schema, own.toSorted((a, b) => (a.name < b.name ? -1 : 1))])
}

function lineOf(atlas: Atlas, table: OutlinedTable): Record<string, unknown> {
  const row = atlas.told.models.get(table.name)
  const load = atlas.told.loads.find(({ table_name }) => `raw.${table_name}` === table.name)
  const took = atlas.nights.findLast((night) => table.name in night.seconds)?.seconds[table.name]
  const tests = atlas.model(table.name)?.tests.length ?? 0
  const state = stateOf(atlas, table.name)
  const rows = row?.rows ?? load?.loaded
  return {
    name: table.name.slice(table.name.indexOf('.') + 1),
    href: atlas.hrefOf(table.name),
    kind: table.kind,
    kindName: kinds[table.kind] ?? table.kind,
    description: firstSentence(table.description ?? ''),
    rows: rows === undefined ? '' : number(rows),
    columns: number(table.columns.length),
    personal: table.columns.some(({ name }) => atlas.personal(`${table.name}.${name}`)),
    tests: tests === 0 ? '' : number(tests),
    state: tests === 0 ? '' : state,
    seconds: took === undefined ? '' : seconds(took),
  }
}

const firstSentence = (text: string): string => /^.*?[.;](?=\s|$)/s.exec(text)?.[0].slice(0, -1) ?? text

interface TroubleLine {
  test: string
  table: string
  href: string
  verdict: Verdict
  rows: string
  description: string
}

const troublesOf = (atlas: Atlas): TroubleLine[] =>
  atlas.told.audits
    .filter(({ status }) => status !== 'passed')
    .map(({ model, test, status, failing_rows }) => ({
      test,
      table: model,
      // Tests of `sql/tests/` stand below on the page, with the tables that they read.
      href: atlas.hrefOf(model) ?? '#loose',
      verdict: status,
      rows: plural(failing_rows, 'row'),
      description: atlas.code.tests.find(({ name }) => name === test)?.head.description ?? '',
    }))

/** Tests of `sql/tests/`, which belong to no one table. */
function looseTests(atlas: Atlas): Record<string, unknown>[] {
  return atlas.code.tests.map(({ name, head, select }) => {
    const row = atlas.told.audits.find((audit) => audit.test === name)
    const reads = [...new Set(select.references.tables.map((table) => table.name))].sort()
    return {
      name,
      description: head.description ?? '',
      verdict: row?.status ?? 'unknown',
      rows: row ? plural(row.failing_rows, 'row') : '',
      reads: reads.map((table) => ({ text: table, href: atlas.hrefOf(table) })),
    }
  })
}

export function graphPage(atlas: Atlas, measure: Measure): Record<string, unknown> {
  const title = 'All tables, from what is delivered to the reports'
  return { title: 'Graph', picture: drawGraph({ ...picture(atlas, measure), graph: atlas.graph, title }) }
}

/** Every parameter with its value, and the tables that it reaches. */
export function parametersPage(atlas: Atlas): Record<string, unknown> {
  const { tables } = atlas.outline
  const parameters = atlas.told.parameters.map(({ name, value }) => {
    const key = `param.${name}`
    const readers = tables.filter(({ columns, rows }) =>
      [...rows, ...columns.flatMap(({ from }) => from)].some(([one]) => one === key),
    )
    const after = new Set(readers.flatMap((table) => [...reached(table.name, atlas.graph.edges, 'down')]))
    return {
      name,
      id: anchorOf(name),
      value,
      readers: readers.map((table) => ({ text: table.name, href: atlas.hrefOf(table.name) })),
      after: after.size === 0 ? '' : plural(after.size, 'more table'),
    }
  })
  return { title: 'Parameters', parameters }
}

export function macrosPage(atlas: Atlas): Record<string, unknown> {
  const link =
    (own: string): LinkOf =>
    (word, isCall) => {
      if (isCall && word !== own && atlas.code.macros.has(word)) return `#${anchorOf(word)}`
      return word.includes('.') && atlas.table(word) ? atlas.hrefOf(word) : undefined
    }
  const macros = [...atlas.code.macros.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return {
    title: 'Macros',
    macros: macros.map((macro) => ({
      name: macro.name,
      id: anchorOf(macro.name),
      file: `sql/${macro.file.key}`,
      comment: commentAbove(macro.file.text, macro.start),
      code: highlight(macro.text, 'sql', link(macro.name)),
      users: usersOf(atlas, macro.name).map((name) => ({ text: name, href: atlas.hrefOf(name) })),
    })),
  }
}

const usersOf = ({ code }: Atlas, macro: string): string[] =>
  [...code.models.values()]
    .filter((model) => {
      const selects = model.language === 'sql' ? [model.select] : Object.values(model.inputs)
      return selects.some(({ references }) => references.calls.some(({ name }) => name === macro))
    })
    .map(({ name }) => name)

/** The comment that stands directly above a statement. */
export function commentAbove(text: string, start: number): string {
  const lines = text
    .slice(0, text.lastIndexOf('\n', start) + 1)
    .split('\n')
    .slice(0, -1)
  const first = lines.findLastIndex((line) => !line.startsWith('--')) + 1
  return lines
    .slice(first)
    .map((line) => line.replace(/^--\s?/, ''))
    .join(' ')
}

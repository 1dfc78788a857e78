import type { Fault } from '../error.ts'

/** One named query of a `queries.sql`. */
export interface Query {
  name: string
  /** `-- name: totals :one` promises exactly one row: the page reads its columns as `totals.net_sales`. */
  one: boolean
  /** `-- name: subjects :kept`: the queries after it read its rows under its name. */
  kept: boolean
  sql: string
  /** Offset in the file at which `sql` begins. */
  start: number
}

const heading = /^--\s*name:\s*(.*?)\s*$/
const shape = /^([a-z][a-z0-9_]*)(?:\s+(:one|:kept))?$/

/** Splits a `queries.sql` at its `-- name: x` lines. What stands before the first is a comment for people. */
export function parseQueries(text: string, file: string, faults: Fault[]): Query[] {
  const lines = text.split('\n')
  const starts = lines.flatMap((line, i) => (heading.test(line) ? [i] : []))
  const queries: Query[] = []
  starts.forEach((start, n) => {
    const where = { file, line: start + 1, text }
    const [, name, mark] = shape.exec(heading.exec(lines[start] as string)?.[1] ?? '') ?? []
    const body = lines.slice(start + 1, starts[n + 1] ?? lines.length)
    if (name === undefined) {
      faults.push({
        what: 'a query needs a name',
        where,
        how: 'Write "-- name: lower_case_name"; ":one" or ":kept" may follow.',
      })
    } else if (queries.some((query) => query.name === name)) {
      faults.push({ what: `two queries are named ${name}`, where })
    } else if (body.every((line) => /^\s*(--.*)?$/.test(line))) {
      faults.push({ what: `the query ${name} is empty`, where })
    } else {
      const before = lines.slice(0, start + 1).join('\n').length + 1
      const query = withoutSemicolon(body.join('\n'))
      queries.push({ name, one: mark === ':one', kept: mark === ':kept', sql: query, start: before })
    }
  })
  return queries
}

const withoutSemicolon = (sql: string) => sql.trimEnd().replace(/;$/, '')

import type { CheckedYaml } from '../checked-yaml.ts'
import type { Fault } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import type { ColumnTest, ModelHead, TableTest } from './head.ts'
import type { SelectSource } from './read-select.ts'
import type { DeclaredTest, SourceFile } from './source.ts'

type Located = Pick<CheckedYaml<unknown>, 'placeOf' | 'offsetOf'>

/** A declared test whose expression is still to be parsed. */
export interface DraftTest extends DeclaredTest {
  source?: SelectSource
}

export interface TestsOf {
  tests: DraftTest[]
  faults: Fault[]
}

/** What stands before an expression so that it parses as a SELECT. */
export const expressionStart = 'select (\n'

/** The tests a head declares, those of columns first. */
export function readTestsOf(head: ModelHead, file: SourceFile, located: Located): TestsOf {
  const ofColumns = Object.entries(head.columns).flatMap(([column, { tests }]) =>
    tests.map((test, i) => ({ column, test, path: ['columns', column, 'tests', i] })),
  )
  const ofTable = head.tests.map((test, i) => ({ column: undefined, test, path: ['tests', i] }))
  const out: TestsOf = { tests: [], faults: [] }
  for (const { column, test, path } of [...ofColumns, ...ofTable]) {
    const draft = draftTest(test, column, path, file, located)
    out.faults.push(...unknownColumns(head, test, path, located))
    if (out.tests.some(({ name }) => name === draft.name)) out.faults.push(twice(draft))
    else out.tests.push(draft)
  }
  return out
}

/** The key of an incremental model is tested without being asked for; what its author says of it may not be milder. */
export function keyTests(
  head: ModelHead,
  file: SourceFile,
  { placeOf }: Pick<Located, 'placeOf'>,
): DraftTest[] {
  if (head.kind !== 'incremental' || !head.incremental) return []
  const { key } = head.incremental
  const place = placeOf(['incremental', 'key'])
  const blocking = { severity: 'error' as const, file, place }
  return [
    { ...blocking, name: `unique(${key.join(', ')})`, test: { unique: [...key], severity: 'error' } },
    ...key.map(
      (column): DraftTest => ({
        ...blocking,
        name: `not_null(${column})`,
        column,
        test: { not_null: true, severity: 'error' },
      }),
    ),
  ]
}

function draftTest(
  test: ColumnTest | TableTest,
  column: string | undefined,
  path: PropertyKey[],
  file: SourceFile,
  { placeOf, offsetOf }: Located,
): DraftTest {
  const draft: DraftTest = {
    name: test.name ?? nameOf(test, column),
    severity: test.severity,
    ...(column === undefined ? {} : { column }),
    test,
    file,
    place: placeOf(path),
  }
  if (!('expression' in test) || !test.expression) return draft
  const from = offsetOf([...path, 'expression'])
  const source: SelectSource = {
    file,
    text: `${expressionStart}${test.expression}\n)`,
    shift: from === undefined ? undefined : from - expressionStart.length,
    about: draft.name,
    begin: expressionStart.length,
    end: expressionStart.length + test.expression.length,
    otherwise: draft.place,
  }
  return { ...draft, source }
}

/** As kept in `ops.audits`: it says what is tested, so that two tests of one model differ in it. */
function nameOf(test: ColumnTest | TableTest, column: string | undefined): string {
  if ('relationships' in test && test.relationships)
    return `relationships(${column} -> ${test.relationships})`
  if ('expression' in test && test.expression) {
    return `expression(${test.expression.trim().replaceAll(/\s+/g, ' ')})`
  }
  if ('freshness' in test && test.freshness) return `freshness(${test.freshness.column})`
  if (Array.isArray(test.unique)) return `unique(${test.unique.join(', ')})`
  const kind = Object.keys(test).find(
    (key) => key !== 'severity' && test[key as keyof typeof test] !== undefined,
  )
  return column === undefined ? (kind as string) : `${kind}(${column})`
}

const twice = ({ name, place }: DraftTest): Fault => ({
  what: `the test ${name} stands twice`,
  where: place,
  how: 'Remove one, or give it a name.',
})

/** A test may only name columns that the head declares, when it declares any. */
function unknownColumns(
  head: ModelHead,
  test: ColumnTest | TableTest,
  path: PropertyKey[],
  { placeOf }: Located,
): Fault[] {
  const known = Object.keys(head.columns)
  if (known.length === 0) return []
  return namedColumns(test).flatMap(({ name, at }) =>
    known.includes(name)
      ? []
      : [
          {
            what: `${String(at[0])}: no column is called ${name}`,
            where: placeOf([...path, ...at]),
            how: didYouMean(name, known) ?? `Columns: ${known.join(', ')}.`,
          },
        ],
  )
}

/** The columns a test names, and where in it. */
function namedColumns(test: ColumnTest | TableTest): { name: string; at: PropertyKey[] }[] {
  if (Array.isArray(test.unique)) return test.unique.map((name, i) => ({ name, at: ['unique', i] }))
  if ('freshness' in test && test.freshness)
    return [{ name: test.freshness.column, at: ['freshness', 'column'] }]
  return []
}

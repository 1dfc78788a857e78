import { type Fault, type Place, placeAt } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import { chance, clock, readsEngine, readsFiles, session, veiled } from './impure.ts'
import { textNames } from './parameters.ts'
import type { Call, NamedAt, References } from './references.ts'
import { type Code, type Model, selectsOf } from './source.ts'

export interface Known {
  external: ReadonlySet<string>
  /** Names of `param('…')`. */
  params: readonly string[]
}

/** References and where they stand. */
interface Site {
  references: References
  at(offset: number): Place
}

/** Every reference to nothing, every call that a pure model may not make. */
export function resolveFaults(code: Code, known: Known): Fault[] {
  const names = new Set([...code.models.keys(), ...known.external])
  return [
    ...sitesOf(code).flatMap(({ references, at }) => [
      ...references.tables.flatMap((table) => tableFault(table, names, at)),
      ...references.calls
        .filter(({ name }) => !code.macros.has(name))
        .flatMap((call) => callFault(call, known.params, at)),
    ]),
    ...[...code.models.values()].flatMap((model) => relationshipFaults(model, code)),
  ]
}

function sitesOf({ models, macros, tests }: Code): Site[] {
  const site = (
    file: Model['file'],
    references: References,
    shift: number | undefined,
    otherwise?: Place,
  ): Site => ({
    references,
    at: (offset) =>
      shift === undefined
        ? (otherwise ?? { file: file.shown })
        : placeAt(file.shown, file.text, offset + shift),
  })
  return [
    ...[...models.values()].flatMap((model) => [
      ...selectsOf(model).map(({ references, shift }) => site(model.file, references, shift)),
      ...model.tests.flatMap(({ select, place, file }) =>
        select ? [site(file, select.references, select.shift, place)] : [],
      ),
    ]),
    ...[...macros.values()].map(({ file, references, shift }) => site(file, references, shift)),
    ...tests.map(({ file, select }) => site(file, select.references, select.shift)),
  ]
}

function tableFault({ name, at: offset }: NamedAt, names: ReadonlySet<string>, at: Site['at']): Fault[] {
  if (names.has(name)) return []
  const where = at(offset)
  if (/^(ops|audit)\./.test(name))
    return [
      {
        what: `${name} is written by the run itself`,
        where,
        how: 'Read it in a report or with clientele query.',
      },
    ]
  if (/[/\\]|\.(csv|parquet|json|xlsx?|gz|duckdb|sqlite)$/.test(name)) {
    return [
      {
        what: `a model reads tables, not the file ${name}`,
        where,
        how: 'Name the file in sources/ and read raw.<table>.',
      },
    ]
  }
  const how =
    didYouMean(name, names) ?? 'Make a model of that name, or name a table of a source as raw.<table>.'
  return [{ what: `unknown table: ${name}`, where, how }]
}

function callFault(call: Call, params: readonly string[], at: Site['at']): Fault[] {
  const { name } = call
  const fault = (what: string, how: string): Fault[] => [{ what, where: at(call.at), how }]
  if (name === 'param' || name === 'text_param') return parameterFault(call, params, at(call.at))
  if (clock.has(name)) return fault(`${name} reads the clock`, 'Use as_of(): the last day counted.')
  if (chance.has(name))
    return fault(
      `${name}() differs from run to run`,
      'Derive it from the row: hash(id) is the same every night.',
    )
  if (session.has(name))
    return fault(`${name}() depends on the session`, "Use param('name') or text_param('name').")
  if (veiled.has(name)) return fault(`${name}() hides which table is read`, 'Name the table in FROM.')
  if (readsEngine(name))
    return fault(`${name}() reads the engine's catalogue`, 'Read tables of the warehouse.')
  if (readsFiles(name))
    return fault(
      `${name}() reads files that are not in landing`,
      'Name the file in sources/ and read raw.<table>.',
    )
  return []
}

function parameterFault({ name, literal }: Call, params: readonly string[], where: Place): Fault[] {
  const [known, other] = name === 'param' ? [params, textNames] : [textNames, params]
  if (literal === undefined) {
    return [
      {
        what: `${name}() needs a name in quotes, alone`,
        where,
        how: `Write ${name}('${known[0]}'): reuse follows the names that a model reads.`,
      },
    ]
  }
  if ((known as readonly string[]).includes(literal)) return []
  if ((other as readonly string[]).includes(literal)) {
    const right = name === 'param' ? 'text_param' : 'param'
    return [{ what: `${literal} is not read with ${name}()`, where, how: `Write ${right}('${literal}').` }]
  }
  return [
    {
      what: `unknown parameter: ${literal}`,
      where,
      how: didYouMean(literal, known) ?? `Known: ${known.join(', ')}.`,
    },
  ]
}

/** `relationships: schema.table.column` names a model, and a column that it declares. */
function relationshipFaults(model: Model, { models }: Code): Fault[] {
  return model.tests.flatMap(({ test, place: where }) => {
    if (!('relationships' in test) || !test.relationships) return []
    const { table, column } = splitTarget(test.relationships)
    const target = models.get(table)
    if (!target)
      return [
        {
          what: `relationships: unknown table ${table}`,
          where,
          how: didYouMean(table, models.keys()) ?? 'Name a column of a model, as schema.table.column.',
        },
      ]
    const columns = Object.keys(target.head.columns)
    if (columns.length === 0 || columns.includes(column)) return []
    return [{ what: `relationships: ${table} has no column ${column}`, where, ...how(column, columns) }]
  })
}

export function splitTarget(target: string): { table: string; column: string } {
  const [schema, table, column] = target.split('.') as [string, string, string]
  return { table: `${schema}.${table}`, column }
}

function how(name: string, known: string[]): { how?: string } {
  const near = didYouMean(name, known)
  return near ? { how: near } : {}
}

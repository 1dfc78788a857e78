import { sql } from 'kysely'
import type { Column, Contract } from '../contract.ts'
import type { Cast, Expression } from './cast.ts'

/** One way in which a row can break its contract. */
export interface Rule {
  /** cast:<column> | not_null:<column> | enum:<column> | check:<name> */
  reason: string
  column: Column | null
  /** True for a row that breaks it and else false, never null. May refer to delivered and to typed columns. */
  broken: Expression
}

const typedName = (column: Column): Expression => sql.id(column.name)

/** The outcome of a check stands under a name no contract can use. */
export const checkColumn = (name: string): Expression => sql.id(`check ${name}`)

/** Every rule of a contract in the order in which a row's first reason is chosen. */
export function rules(contract: Contract, casts: Cast[]): Rule[] {
  const cast = casts.flatMap(({ column, fails }) =>
    fails ? [{ reason: `cast:${column.name}`, column, broken: fails }] : [],
  )
  const notNull = casts
    .filter(({ column }) => column.notNull)
    .map(({ column, fails }) => {
      const none = sql`${typedName(column)} is null`
      return {
        reason: `not_null:${column.name}`,
        column,
        broken: fails ? sql`(${none} and not ${fails})` : none,
      }
    })
  const enums = casts.flatMap(({ column }) => {
    if (!column.enum) return []
    const words = sql.join(column.enum.map((word) => sql.lit(word)))
    return [
      {
        reason: `enum:${column.name}`,
        column,
        broken: sql`(${typedName(column)} is not null and cast(${typedName(column)} as varchar) not in (${words}))`,
      },
    ]
  })
  const checks = contract.checks.map(({ name }) => ({
    reason: `check:${name}`,
    column: null,
    broken: sql`(${checkColumn(name)} is not distinct from false)`,
  }))
  return [...cast, ...notNull, ...enums, ...checks]
}

/** True for a row that breaks any rule. */
export function anyBroken(all: Rule[]): Expression {
  if (all.length === 0) return sql`false`
  return sql.join(
    all.map(({ broken }) => broken),
    sql` or `,
  )
}

/**
 * True for a row that breaks no rule. As the condition of a `case` the engine asks each part only of the rows that the
 * parts before it leave open; under a `not` it would ask every part of every row.
 */
export const noneBroken = (all: Rule[]): Expression =>
  sql`case when ${anyBroken(all)} then false else true end`

/** The reasons of a row as a list, in order; unbroken rules are left out. */
export function reasonList(all: Rule[]): Expression {
  if (all.length === 0) return sql`cast([] as varchar[])`
  const named = all.map(({ reason, broken }) => sql`case when ${broken} then ${sql.lit(reason)} end`)
  return sql`list_filter([${sql.join(named)}], lambda reason: reason is not null)`
}

/**
 * The shape of a text without what it says: digits become 9, capitals A, small letters a, other letters x; length,
 * blanks and punctuation stay. Enough to see why a value does not cast, not enough to know whose it is.
 */
export function shapeOf(text: Expression): Expression {
  const classes = [
    ['\\p{N}', '9'],
    ['\\p{Lu}', 'A'],
    ['\\p{Ll}', 'a'],
    ['[^\\p{Lu}\\p{Ll}\\x00-\\x7f]', 'x'],
  ] as const
  return classes.reduce(
    (shaped, [letters, sign]) => sql`regexp_replace(${shaped}, ${sql.lit(letters)}, ${sql.lit(sign)}, 'g')`,
    sql`cast(${text} as varchar)` as Expression,
  )
}

import { type RawBuilder, sql } from 'kysely'
import { type Column, type Contract, deliveredName } from '../contract.ts'

export type Expression = RawBuilder<unknown>

/** A column of the warehouse, and how it is made from a delivered one. */
export interface Cast {
  column: Column
  /** The delivered value, as it landed; null when the source left the column out. */
  delivered: Expression | null
  /** The typed value; null when there is none or when it does not cast. */
  typed: Expression
  /** True when a value was delivered and is not of the type. Refers to the typed value by the column's name. */
  fails: Expression | null
}

/** What the engine has as a type of its own: cast as it is, not by way of text. */
const temporal = /^(DATE|TIME|TIMESTAMP|TIMESTAMPTZ)$/
const integers = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/
/** Types whose values the engine reads with blanks around them, and of which the empty text is none. */
const trimmed = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(.*|DATE|TIMESTAMP)$/
const timely = /^(DATE|TIME|TIMESTAMP|TIMESTAMPTZ|UUID|JSON)$/

/** Delivered values stand beside typed ones under a name no contract can use. */
export const deliveredColumn = (name: string): Expression => sql.id(`delivered ${name}`)

/** How each column of a contract is cast from what one load delivered. `landed`: the load's columns and their types. */
export function casts(contract: Contract, landed: { name: string; type: string }[]): Cast[] {
  return contract.columns.map((column) => {
    const name = deliveredName(column.from, landed)
    const source = landed.find((one) => one.name === name)
    const type = sql.raw(column.type)
    if (!source) return { column, delivered: null, typed: sql`cast(null as ${type})`, fails: null }
    return cast(contract, column, deliveredColumn(source.name), source.type)
  })
}

function cast(contract: Contract, column: Column, delivered: Expression, from: string): Cast {
  const value = from === 'VARCHAR' ? meant(contract, column, delivered) : delivered
  if (column.type === 'VARCHAR')
    return { column, delivered, typed: sql`cast(${value} as varchar)`, fails: null }
  // Blanks around these mean nothing to the engine either: taking them off would cost as much as the cast.
  const bare =
    from === 'VARCHAR' && trimmed.test(column.type) && !column.format && nullsOf(contract).length === 0
  const plain = bare && !fromServer(contract) ? delivered : value
  const typed = isWord(contract, column, from)
    ? sql`coalesce(try_cast(${delivered} as boolean), try_cast(trim(${delivered}) as boolean))`
    : castTo(column, from === 'VARCHAR' ? moment(contract, column, plain) : plain, from)
  const name = sql.id(column.name)
  const unread = sql`(${name} is null and ${delivered} is not null and ${value} is not null)`
  // The engine rounds 1.5 to the integer 2: that is another value, not another form of the same.
  if (integers.test(from) || !integers.test(column.type)) return { column, delivered, typed, fails: unread }
  const rounded = sql`(${name} is not null and ${mayBeFraction(delivered, from)}
    and try_cast(${value} as double) is distinct from ${name})`
  return { column, delivered, typed, fails: sql`(${unread} or ${rounded})` }
}

/** A file's word for yes or no seldom has blanks around it: they are taken off where it is none as it stands. */
const isWord = (contract: Contract, { type, format }: Column, from: string): boolean =>
  type === 'BOOLEAN' &&
  from === 'VARCHAR' &&
  !format &&
  !fromServer(contract) &&
  nullsOf(contract).length === 0

/** A text without what means "nothing": the empty field of a file, the contract's own words for it, blanks around a value. */
function meant(contract: Contract, { type }: Column, text: Expression): Expression {
  const { origin } = contract
  const nulls = origin.kind === 'files' ? ['', ...nullsOf(contract)] : []
  // MySQL's word for a date that is not known.
  if (origin.kind === 'mysql' && temporal.test(type))
    return sql`case when ${text} not like '0000-00-00%' and trim(${text}) <> '' then trim(${text}) end`
  if (type !== 'VARCHAR') {
    const words = sql.join([...new Set(['', ...nulls])].map((word) => sql.lit(word)))
    return sql`case when trim(${text}) not in (${words}) then trim(${text}) end`
  }
  if (nulls.length === 0) return text
  const known = sql`trim(${text}) not in (${sql.join(nulls.map((word) => sql.lit(word)))})`
  return sql`case when ${nulls.length === 1 ? sql`${beginsWithSign(text)} or ${known}` : known} then ${text} end`
}

/**
 * True for a text that cannot be blank, at a third of the cost of trimming it: it begins with a sign of ASCII, or with
 * one beyond U+3000, the last of the blanks. Where it is false nothing is known.
 */
const beginsWithSign = (text: Expression): Expression =>
  sql`${text} between '!' and '~' or ${text} >= ${sql.lit('\u3001')}`

const nullsOf = ({ origin }: Contract): string[] => (origin.kind === 'files' ? origin.format.nulls : [])

/** Only such a text can be a number that is no integer. One character, which is told at once, is none. */
const mayBeFraction = (text: Expression, from: string): Expression =>
  from === 'VARCHAR'
    ? sql`strlen(${text}) > 1 and (contains(${text}, '.') or contains(${text}, 'e') or contains(${text}, 'E'))`
    : sql`true`

const fromServer = ({ origin }: Contract): boolean => origin.kind === 'postgres' || origin.kind === 'mysql'

/** A database's moment that landed as text still means the project's clock, as one that landed as a moment does. */
function moment(contract: Contract, { type, format }: Column, text: Expression): Expression {
  if (!fromServer(contract) || format || !/^(DATE|TIMESTAMP)$/.test(type)) return text
  const zoned = sql`regexp_matches(${text}, ':[0-9.]+[-+][0-9:]+$')`
  // The engine would pass the two letters over.
  return sql`case when ${text} like '% BC' then null
    when ${zoned} then cast(try_cast(try_cast(${text} as timestamptz) as timestamp) as varchar) else ${text} end`
}

function castTo({ type, format }: Column, value: Expression, from: string): Expression {
  const to = sql.raw(type)
  const text = from === 'VARCHAR' ? value : sql`cast(${value} as varchar)`
  if (format) {
    const formats = sql.join(format.map((one) => sql.lit(one)))
    return sql`try_cast(try_strptime(${text}, [${formats}]) as ${to})`
  }
  return sql`try_cast(${timely.test(type) && !temporal.test(from) ? text : value} as ${to})`
}

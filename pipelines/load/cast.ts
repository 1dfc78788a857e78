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

const integers = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/
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
  const typed = castTo(column, value, from)
  const name = sql.id(column.name)
  const unread = sql`(${value} is not null and ${name} is null)`
  // The engine rounds 1.5 to the integer 2: that is another value, not another form of the same.
  const exact = from === 'BIGINT' || !integers.test(column.type)
  const fails = exact ? unread : sql`(${unread} or try_cast(${value} as double) <> ${name})`
  return { column, delivered, typed, fails }
}

/** A text without what means "nothing": the empty field of a file, the contract's own words for it, blanks around a value. */
function meant({ origin }: Contract, { type }: Column, text: Expression): Expression {
  const nulls = origin.kind === 'files' ? ['', ...origin.format.nulls] : []
  if (type !== 'VARCHAR') {
    const words = sql.join(['', ...nulls].map((word) => sql.lit(word)))
    return sql`case when trim(${text}) not in (${words}) then trim(${text}) end`
  }
  if (nulls.length === 0) return text
  return sql`case when trim(${text}) not in (${sql.join(nulls.map((word) => sql.lit(word)))}) then ${text} end`
}

function castTo({ type, format }: Column, value: Expression, from: string): Expression {
  const to = sql.raw(type)
  const text = from === 'VARCHAR' ? value : sql`cast(${value} as varchar)`
  if (format) {
    const formats = sql.join(format.map((one) => sql.lit(one)))
    return sql`try_cast(try_strptime(${text}, [${formats}]) as ${to})`
  }
  return sql`try_cast(${timely.test(type) ? text : value} as ${to})`
}

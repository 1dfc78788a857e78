import { sql } from 'kysely'
import type { Linkage, LinkageComparison } from './declaration.ts'
import { kinds } from './kinds.ts'
import { lines, name, type Part, value } from './text.ts'

/** Records with every compared column in form, numbered, and how many records share each value (2 stands for "at most 2"). */
export function termsSelect({ records, comparisons }: Linkage): Part {
  const standard = comparisons.map((one) => {
    const macro = name(kinds[one.kind].standard)
    const [first, ...others] = one.columns.map(name)
    const written =
      others.length > 0 ? sql`concat_ws(' ', ${lines([first as Part, ...others], ', ')})` : first
    return sql`${macro}(${written}) as ${name(one.name)}`
  })
  const sounds = comparisons
    .filter(({ sound }) => sound)
    .map((one) => sql`standard_name(${name(one.sound as string)}) as ${soundOf(one)}`)
  const days = dates(comparisons).map((one) => sql`day_number(s.${name(one.name)}) as ${dayOf(one)}`)
  const common = comparisons.map(({ name: text }) => {
    const column = name(text)
    return sql`left join (select ${column}, count(*) as records from standard group by ${column} having count(*) > 2) as ${column}_common
  on ${column}_common.${column} = s.${column}`
  })
  const counts = comparisons.map(
    ({ name: text }) => sql`cast(coalesce(${name(text)}_common.records, 2) as integer) as ${recordsOf(text)}`,
  )
  return sql`with
  -- By itself: the engine would carry every column through the sorting.
  numbered as (
    select cast(row_number() over (order by record_id) as integer) as record_no, record_id from ${name(records)}
  ),
  standard as (
    select
      numbered.record_no,
      numbered.record_id,
      source,
      ${lines([...standard, ...sounds])}
    from ${name(records)} as r
    join numbered on numbered.record_id = r.record_id
  )
select
  s.*,
  ${lines([...days, ...counts], ',\n  ')}
from standard as s
${lines(common, '\n')}`
}

const dates = (comparisons: readonly LinkageComparison[]) => comparisons.filter(({ kind }) => kind === 'date')
const soundOf = ({ name: column }: LinkageComparison): Part => name(`${column}_sound`)
const dayOf = ({ name: column }: LinkageComparison): Part => name(`${column}_day`)
export const recordsOf = (column: string): Part => name(`${column}_records`)

/**
 * The levels of pairs. `from` has left_no, right_no and the columns `kept`; they come through unchanged.
 * Gives the CTEs `sides`, `measured`, `compared` and the columns of a SELECT from `compared`, which is held: its levels are
 * read several times, and the engine would work them out each time.
 */
export function levelCtes(linkage: Linkage, from: Part, kept: readonly string[]): Part {
  const { comparisons, names } = linkage
  const keep = ['left_no', 'right_no', ...kept]
  const sides = comparisons.flatMap((one) => {
    const both = (column: Part) => [sql`l.${column} as ${column}_l`, sql`r.${column} as ${column}_r`]
    return [
      ...both(name(one.name)),
      ...(one.kind === 'date' ? both(dayOf(one)) : []),
      ...(one.sound ? both(soundOf(one)) : []),
    ]
  })
  const [given, family] = [name(names?.given ?? 'given_name'), name(names?.family ?? 'family_name')]
  const order = names
    ? sql`,
      names_swapped(l.${given}, l.${family}, r.${given}, r.${family}) as swapped`
    : sql``
  const ordered = names
    ? sql`
  ordered as (
    select * replace (
      case when swapped then ${family}_r else ${given}_r end as ${given}_r,
      case when swapped then ${given}_r else ${family}_r end as ${family}_r
    )
    from sides
  ),`
    : sql``
  const measured = comparisons.map(({ name: column, kind }) => {
    const measure = name(kind === 'date' ? 'digits_apart' : 'similarity')
    return sql`${measure}(${name(column)}_l, ${name(column)}_r) as ${name(column)}_alike`
  })
  return sql`sides as (
    select
      ${lines(keep.map((column) => sql`p.${name(column)}`))},
      ${lines(sides)}${order}
    from ${from} as p
    join ${name(linkage.name)}_terms as l on l.record_no = p.left_no
    join ${name(linkage.name)}_terms as r on r.record_no = p.right_no
  ),${ordered}
  measured as (
    select
      *,
      ${lines(measured)}
    from ${names ? sql`ordered` : sql`sides`}
  ),
  compared as materialized (
    select
      ${lines([...keep.map((column) => name(column)), ...comparisons.map(levelOf), ...(names ? [sql`swapped`] : [])])}
    from measured
  )`
}

function levelOf(one: LinkageComparison): Part {
  const column = name(one.name)
  const { level, hasSound } = kinds[one.kind]
  const days = one.kind === 'date' ? sql`, ${dayOf(one)}_l, ${dayOf(one)}_r` : sql``
  const heard = one.sound ? sql`, ${soundOf(one)}_l, ${soundOf(one)}_r` : sql`, null, null`
  return sql`cast(${name(level)}(${column}_l, ${column}_r, ${column}_alike${days}${hasSound ? heard : sql``}) as tinyint) as ${column}`
}

/** The level columns of `compared`: where the names had to be put in order, the given name's level is of both. */
export function levelColumns({ comparisons, names }: Linkage): Part[] {
  return comparisons.map(({ name: text }) => {
    const column = name(text)
    if (text === names?.given) {
      const both = sql`swapped_level(${column}, ${name(names.family)})`
      return sql`cast(case when swapped then ${both} else ${column} end as tinyint) as ${column}`
    }
    if (text === names?.family) return sql`case when not swapped then ${column} end as ${column}`
    return column
  })
}

/** A pattern: all levels as one number. */
export const patternOf = ({ comparisons }: Linkage): Part =>
  lines(
    comparisons.map(({ name: column }, place) => sql`as_digit(${name(column)}, ${value(place)})`),
    ' + ',
  )

/** The levels that a pattern holds, as columns. */
export const levelsAt = ({ comparisons }: Linkage): Part =>
  lines(
    comparisons.map(({ name: column }, place) => sql`level_at(pattern, ${value(place)}) as ${name(column)}`),
    ',\n  ',
  )

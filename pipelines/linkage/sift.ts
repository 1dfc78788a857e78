import { sql } from 'kysely'
import type { Linkage, LinkageComparison } from './declaration.ts'
import { kinds } from './kinds.ts'
import { lines, name, type Part, value } from './text.ts'

/** Pairs with nothing personal in common that are compared nevertheless: about this many at least, for the fit. */
const sampledPairs = 50_000

/**
 * CTE `worth`: the pairs to compare column by column, and how many pairs each stands for. Most pairs that blocking
 * brings are strangers behind one door or with one name in common. Telling them by how their values begin and end
 * costs a fraction of comparing these. Where more personal values have neither in common than have one, a sample speaks
 * for all such pairs, so that the fit sees every kind of pair in its right proportion; of few, all are taken.
 */
export function worthCtes(linkage: Linkage): Part {
  const told = linkage.comparisons.filter(({ role, kind }) => role !== 'home' && kinds[kind].ends)
  const pairs = sql`${name(linkage.name)}_pairs`
  if (told.length === 0) return sql`worth as (select left_no, right_no, 1 as stands_for from ${pairs})`
  const columns = told.flatMap((one) => [
    endsOf(one, one.name),
    ...(one.sound ? [endsOf(one, `${one.name}_sound`)] : []),
  ])
  return sql`ends as materialized (
    select
      record_no,
      ${lines(columns)}
    from ${name(linkage.name)}_terms
  ),
  sifted as materialized (
    select
      p.left_no,
      p.right_no,
      ${lines(voices(linkage, told), '\n        + ')} >= 0 as is_likely
    from ${pairs} as p
    join ends as l on l.record_no = p.left_no
    join ends as r on r.record_no = p.right_no
  ),
  rest as (select greatest(1, count_if(not is_likely) // ${value(sampledPairs)}) as one_in from sifted),
  worth as (
    select left_no, right_no, case when is_likely then 1 else one_in end as stands_for
    from sifted
    cross join rest
    where is_likely or hash(left_no, right_no) % one_in = 0
  )`
}

function endsOf({ kind }: LinkageComparison, column: string): Part {
  const text = kind === 'email' ? sql`split_part(${name(column)}, '@', 1)` : name(column)
  return sql`ends_of(${text}, ${value(kinds[kind].ends as number)}) as ${name(column)}`
}

/** What each column says: as written or as it sounds, and names also in each other's place. */
function voices({ names }: Linkage, told: readonly LinkageComparison[]): Part[] {
  const said = (left: string, right = left) => sql`ends_speak(l.${name(left)}, r.${name(right)})`
  const voice = ({ name: column, sound }: LinkageComparison) =>
    sound ? sql`greatest(${said(column)}, ${said(`${column}_sound`)})` : said(column)
  const of = (column?: string) => told.filter((one) => one.name === column)
  const [given, family] = [of(names?.given)[0], of(names?.family)[0]]
  if (!given || !family) return told.map(voice)
  const crosswise = sql`${said(given.name, family.name)} + ${said(family.name, given.name)}`
  const others = told.filter((one) => one !== given && one !== family).map(voice)
  return [sql`greatest(${voice(given)} + ${voice(family)}, ${crosswise})`, ...others]
}

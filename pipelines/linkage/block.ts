import { sql } from 'kysely'
import { levelColumns, levelCtes, levelsAt, patternOf } from './compare.ts'
import type { Linkage } from './declaration.ts'
import { lines, name, type Part, value } from './text.ts'

/** Every record's key under every blocking rule. */
export function keysSelect(linkage: Linkage): Part {
  const rules = linkage.blocks.map((parts, rule) => {
    const atoms = partsOf(linkage, parts)
    return sql`select cast(${value(rule + 1)} as tinyint) as rule, record_no, hash(${lines([value(rule + 1), ...atoms], ', ')}) as key
from ${name(linkage.name)}_terms
where ${lines(
      atoms.map((atom) => sql`${atom} is not null`),
      ' and ',
    )}`
  })
  return lines(rules, '\nunion all\n')
}

/** A rule of given and family name holds whichever stands first. */
function partsOf({ names }: Linkage, parts: readonly string[]): Part[] {
  const written = parts.map((part) => {
    const [, column, stretch] = /^([a-z0-9_]+)(\[\d+:\d+\])?$/.exec(part) as RegExpExecArray
    return { column, part: sql`${name(column as string)}${sql.raw(stretch ?? '')}`, whole: !stretch }
  })
  const of = (column?: string) => written.find((one) => one.whole && one.column === column)
  const [given, family] = [of(names?.given), of(names?.family)]
  if (!given || !family) return written.map(({ part }) => part)
  const [one, other] = [given.part, family.part]
  const either = (pick: 'least' | 'greatest') =>
    sql`case when ${one} is not null and ${other} is not null then ${sql.raw(pick)}(${one}, ${other}) end`
  const rest = written.filter((each) => each !== given && each !== family).map(({ part }) => part)
  return [either('least'), either('greatest'), ...rest]
}

/** Keys that more than one record has. */
export const sharedSelect = (
  linkage: Linkage,
): Part => sql`select key, any_value(rule) as rule, count(*) as size
from ${name(linkage.name)}_keys
group by key
having count(*) > 1`

/** What each rule brings, and what its guard against large blocks leaves out. */
export function blocksSelect(linkage: Linkage): Part {
  const labels = linkage.blocks.map((parts, rule) => sql`(${value(rule + 1)}, ${value(parts.join(' + '))})`)
  return sql`with
  rules(rule, label) as (
    values
      ${lines(labels)}
  ),
  records as (select count(*) as records from ${name(linkage.name)}_terms),
  counted as (
    select rule, size, count(*) as blocks, cast(count(*) * size * (size - 1) / 2 as bigint) as pairs
    from ${name(linkage.name)}_shared
    group by rule, size
  ),
  running as (
    select *, sum(pairs) over (partition by rule order by size) as pairs_so_far
    from counted
  ),
  guarded as (
    select running.*, size <= ${value(linkage.largest_block)} and pairs_so_far <= ${value(linkage.pairs_per_record)} * records as kept
    from running cross join records
  )
select
  cast(rules.rule as tinyint) as rule,
  rules.label,
  coalesce(max(size) filter (where kept), 0) as largest_size,
  cast(coalesce(sum(blocks) filter (where kept), 0) as bigint) as blocks,
  cast(coalesce(sum(pairs) filter (where kept), 0) as bigint) as pairs,
  cast(coalesce(sum(blocks) filter (where not kept), 0) as bigint) as blocks_left_out,
  cast(coalesce(sum(pairs) filter (where not kept), 0) as bigint) as pairs_left_out
from rules
left join guarded on guarded.rule = rules.rule
group by rules.rule, rules.label`
}

/** How alike the pairs are that are worth comparing. */
export const levelsSelect = (linkage: Linkage): Part => sql`with
  ${levelCtes(linkage, sql`${name(linkage.name)}_pairs`, ['stands_for'])},
  leveled as (
    select
      left_no,
      right_no,
      stands_for,
      ${lines(levelColumns(linkage))}
    from compared
  )
select left_no, right_no, ${patternOf(linkage)} as pattern, stands_for
from leveled`

/** Comparison patterns of the pairs that blocking brings. */
export const patternsSelect = (linkage: Linkage): Part => sql`select
  pattern,
  ${levelsAt(linkage)},
  cast(sum(stands_for) as bigint) as pairs
from ${name(linkage.name)}_levels
group by pattern`

/** Pairs drawn for what agrees by chance: about this many, or all there are. */
const randomPairs = 60_000

/** Comparison patterns of random pairs: every record with the next few in an order that is as good as random. */
export function randomSelect(linkage: Linkage): Part {
  const known = linkage.comparisons.map(({ name: column }) => sql`${name(column)} is not null`)
  return sql`with
  taken as (
    select record_no, record_id
    from ${name(linkage.name)}_terms
    where ${lines(known, ' or ')}
    order by hash(record_id), record_id
    limit ${value(randomPairs)}
  ),
  shuffled as (
    select record_no, row_number() over (order by hash(record_id), record_id) - 1 as position, count(*) over () as records
    from taken
  ),
  aimed as (
    select
      record_no,
      records,
      position + unnest(range(1, least((records - 1) // 2, greatest(1, ${value(randomPairs)} // records)) + 1)) as aim
    from shuffled
  ),
  drawn as (
    select l.record_no as left_no, r.record_no as right_no
    from aimed as l
    join shuffled as r on r.position = l.aim % l.records
  ),
  ${levelCtes(linkage, sql`drawn`, [])},
  leveled as (
    select
      ${lines(levelColumns(linkage))}
    from compared
  )
select
  pattern,
  ${levelsAt(linkage)},
  count(*) as pairs
from (select ${patternOf(linkage)} as pattern from leveled)
group by pattern`
}

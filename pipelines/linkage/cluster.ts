import { sql } from 'kysely'
import type { Linkage, LinkageComparison } from './declaration.ts'
import { lines, name, type Part, value } from './text.ts'

/** Weight of a decision by hand: above all evidence. */
const byHand = 1_000_000

/** Rounds after which joining stops at the latest; each round at least halves what is still to be joined by pairs. */
const mostRounds = 60

const sumNames = ['personal', 'home', 'mixed', 'mixed_home']

/** The weights of each role together, every column taken as `of` says. */
function sumsOf(comparisons: readonly LinkageComparison[], of: (column: Part) => Part): Part[] {
  return sumNames.map((sum) => {
    const role = sum.replace('_home', '')
    const columns = comparisons
      .filter((one) => one.role === role)
      .map(({ name: column }) => of(sql`w.${name(sum === 'mixed_home' ? `${column}_home` : column)}`))
    return columns.length === 0 ? sql`0` : lines(columns, ' + ')
  })
}

const weight = sql`case
              when is_same then ${value(byHand)}
              else match_weight(same_home, same_moved, other_home, other, personal, home, mixed, mixed_home) + steadiness
            end`

/**
 * Records joined step by step. In each round every cluster looks at the clusters its records are near to, and two
 * that find each other best are joined. The weight of a comparison between two clusters is its mean over the pairs of
 * their records that can be compared: one lucky agreement between strangers does not chain two people together, and
 * a record that knows little borrows from those it already belongs to. What was given before, to records that have not
 * changed since, weighs as well: what all other records say moves a little every night, and ids must not.
 *
 * Two records that are near to each other and to nobody else, as most are, need no rounds: they are joined or not.
 */
export function clustersSelect(linkage: Linkage): Part {
  const { comparisons, unique_sources: unique } = linkage
  const terms = sql`${name(linkage.name)}_terms`
  // A source that holds nobody twice is held to it in whole clusters, not only between records that were compared.
  const [occupied, apart] =
    unique.length === 0
      ? [sql``, sql``]
      : [
          sql`
        occupied as (
          select c.cluster_no, list(distinct t.source) as sources
          from clusters as c
          join ${terms} as t on t.record_no = c.record_no
          where t.source in (${lines(unique.map(value), ', ')})
          group by c.cluster_no
        ),`,
          sql`
          left join occupied as here on here.cluster_no = one
          left join occupied as there on there.cluster_no = two`,
        ]
  const mayJoin =
    unique.length === 0 ? sql`` : sql` and list_has_any(here.sources, there.sources) is not true`
  const sums = (of: (column: Part) => Part) =>
    sumsOf(comparisons, of).map((sum, i) => sql`${sum} as ${name(sumNames[i] as string)}`)
  return sql`with recursive
  class as (
    select
      max(weight) filter (where level = 0) as same_home,
      max(weight) filter (where level = 1) as same_moved,
      max(weight) filter (where level = 2) as other_home,
      max(weight) filter (where level = 3) as other
    from ${name(linkage.name)}_fit
    where comparison = 'pair'
  ),
  chosen as (select coalesce(min(threshold), 1000) as threshold from ${name(linkage.name)}_thresholds where is_chosen),
  single as (
    select record_no
    from (
      select left_no as record_no from ${name(linkage.name)}_weights
      union all
      select right_no from ${name(linkage.name)}_weights
    )
    group by record_no
    having count(*) = 1
  ),
  sorted as materialized (
    select w.*, l.record_no is not null and r.record_no is not null as is_couple
    from ${name(linkage.name)}_weights as w
    left join single as l on l.record_no = w.left_no
    left join single as r on r.record_no = w.right_no
  ),
  couples as (
    select
      left_no,
      right_no,
      decision = 'same' as is_same,
      ${value(linkage.steady)} * held as steadiness,
      ${lines(sums((column) => sql`coalesce(${column}, 0)`))}
    from sorted as w
    where is_couple and decision is distinct from 'different' and not barred
  ),
  paired as (
    select left_no, right_no
    from couples
    cross join class
    cross join chosen
    where ${weight} > threshold
  ),
  web as materialized (select * from sorted where not is_couple),
  clusters as (
    select 0 as round, record_no, record_no as cluster_no
    from (select left_no as record_no from web union select right_no from web)
    union all
    (
      with
        near as (
          select
            least(l.cluster_no, r.cluster_no) as one,
            greatest(l.cluster_no, r.cluster_no) as two,
            bool_or(w.decision = 'same') as is_same,
            bool_or(w.decision = 'different' or w.barred) as is_different,
            ${value(linkage.steady)} * avg(w.held) as steadiness,
            ${lines(
              sums((column) => sql`coalesce(avg(${column}), 0)`),
              ',\n            ',
            )}
          from web as w
          join clusters as l on l.record_no = w.left_no
          join clusters as r on r.record_no = w.right_no
          where l.cluster_no <> r.cluster_no
          group by least(l.cluster_no, r.cluster_no), greatest(l.cluster_no, r.cluster_no)
        ),${occupied}
        scored as (
          select
            one,
            two,
            ${weight} as weight
          from near
          cross join class${apart}
          where is_different is not true${mayJoin}
        ),
        joinable as (
          select one, two, weight from scored cross join chosen where weight > threshold
        ),
        sides as (
          select one as cluster_no, one, two, weight from joinable
          union all
          select two, one, two, weight from joinable
        ),
        best as (
          select one, two
          from sides
          qualify row_number() over (partition by cluster_no order by weight desc, one, two) = 1
        ),
        joined as (
          select one, two from best group by one, two having count(*) = 2
        )
      select c.round + 1, c.record_no, coalesce(j.one, c.cluster_no)
      from clusters as c
      left join joined as j on j.two = c.cluster_no
      where exists (from joined) and c.round < ${value(mostRounds)}
    )
  ),
  settled as (
    select record_no, arg_max(cluster_no, round) as cluster_no, max(round) as rounds
    from clusters
    group by record_no
    union all
    select left_no, left_no, 1 from paired
    union all
    select right_no, left_no, 1 from paired
  )
select
  t.record_id,
  t.record_no,
  coalesce(s.cluster_no, t.record_no) as cluster_no,
  coalesce(s.rounds, 0) as rounds
from ${terms} as t
left join settled as s on s.record_no = t.record_no`
}

import { sql } from 'kysely'
import type { Linkage, LinkageComparison } from './declaration.ts'
import { lines, name, type Part, value } from './text.ts'

/** What each comparison adds to a pair's weight, in the order declared, each given those before it: they add up to it. */
export function reasonsSelect(linkage: Linkage): Part {
  const { comparisons } = linkage
  const partial = comparisons.map(
    (_, i) => sql`${weightSoFar(comparisons.slice(0, i + 1))} as w${value(i + 1)}`,
  )
  const steps = comparisons.map(
    ({ name: column }, i) =>
      sql`{'position': ${value(i + 1)}, 'comparison': ${value(column)}, 'level': level_at(pattern, ${value(i)}), 'weight': w${value(i + 1)} - w${value(i)}}`,
  )
  return sql`with
  class as (
    select list(weight order by level) as class
    from ${name(linkage.name)}_fit
    where comparison = 'pair'
  ),
  summed as (
    select
      w.left_no,
      w.right_no,
      w.pattern,
      w.decision,
      w.weight as total,
      ${lines([sql`${weightSoFar([])} as w0`, ...partial])}
    from ${name(linkage.name)}_weights as w
    cross join class
  ),
  reasons as (
    select
      left_no,
      right_no,
      decision,
      total,
      unnest([
        {'position': 0, 'comparison': 'pair', 'level': cast(null as tinyint), 'weight': w0},
        ${lines(steps, ',\n        ')}
      ]) as reason
    from summed
  )
select
  l.record_id as left_id,
  r.record_id as right_id,
  cast(reason.position as integer) as position,
  reason.comparison as comparison,
  case when reason.comparison = 'pair' then 'before any comparison' else coalesce(c.label, 'not known') end as finding,
  reason.weight as weight,
  sum(reason.weight) over (partition by left_no, right_no order by reason.position) as weight_so_far,
  total as total_weight,
  decision,
  lc.cluster_no = rc.cluster_no as is_joined
from reasons
join ${name(linkage.name)}_terms as l on l.record_no = reasons.left_no
join ${name(linkage.name)}_terms as r on r.record_no = reasons.right_no
join ${name(linkage.name)}_clusters as lc on lc.record_no = reasons.left_no
join ${name(linkage.name)}_clusters as rc on rc.record_no = reasons.right_no
left join ${name(linkage.name)}_comparisons as c on c.comparison = reason.comparison and c.level = reason.level`
}

function weightSoFar(comparisons: readonly LinkageComparison[]): Part {
  const sum = (role: string, home = false) => {
    const columns = comparisons
      .filter((one) => one.role === role)
      .map(({ name: column }) => sql`coalesce(w.${name(home ? `${column}_home` : column)}, 0)`)
    return columns.length === 0 ? sql`0` : lines(columns, ' + ')
  }
  return sql`match_weight(class[1], class[2], class[3], class[4], ${sum('personal')}, ${sum('home')}, ${sum('mixed')}, ${sum('mixed', true)})`
}

/**
 * What each threshold does to the pairs that were decided by hand: the evidence there is without a truth. Pairs that no
 * blocking rule brings are missed at every threshold. Who decides looks at doubtful pairs, so this is harsher than the
 * whole.
 */
export function evidenceSelect(linkage: Linkage): Part {
  const table = (suffix: string) => sql`${name(linkage.name)}_${sql.raw(suffix)}`
  return sql`with
  labelled as (
    select w.decision, w.weight, p.rule is not null as is_brought
    from ${table('weights')} as w
    left join ${table('pairs')} as p on p.left_no = w.left_no and p.right_no = w.right_no
    where w.decision is not null
  ),
  judged as (
    select
      t.threshold,
      t.is_chosen,
      count_if(l.decision = 'same') as same,
      count_if(l.decision = 'same' and l.is_brought and l.weight > t.threshold) as same_found,
      count_if(l.decision = 'different' and l.is_brought and l.weight > t.threshold) as different_found,
      count_if(l.decision = 'same' and not l.is_brought) as same_not_brought
    from ${table('thresholds')} as t
    cross join labelled as l
    group by t.threshold, t.is_chosen
  )
select
  threshold,
  is_chosen,
  cast(same as bigint) as same,
  cast(same_found as bigint) as same_found,
  cast(different_found as bigint) as different_found,
  cast(same_not_brought as bigint) as same_not_brought,
  same_found / nullif(same_found + different_found, 0) as precision,
  same_found / nullif(same, 0) as recall
from judged`
}

/**
 * What blocking misses, as far as it can be told without labels: of the pairs held to be one, those that a single rule
 * brings tell of those that none brings (Chao 1987, for incidence). Rules that ask for more than another one say nothing
 * besides it. Rules that fail together, as on a record with nothing in it, make the estimate too low.
 */
export function missedSelect(linkage: Linkage): Part {
  const table = (suffix: string) => sql`${name(linkage.name)}_${sql.raw(suffix)}`
  return sql`with
  parts as (select rule, string_split(label, ' + ') as parts from ${table('blocks')}),
  own as (
    select rule
    from parts
    where not exists (from parts as o where o.rule <> parts.rule and list_has_all(parts.parts, o.parts))
  ),
  linked as (
    select s.left_no, s.right_no
    from ${table('scores')} as s
    join ${table('clusters')} as l on l.record_no = s.left_no
    join ${table('clusters')} as r on r.record_no = s.right_no and r.cluster_no = l.cluster_no
  ),
  brought as (
    select l.record_no, r.record_no as other, count(*) as rules
    from linked
    join ${table('keys')} as l on l.record_no = linked.left_no
    join own on own.rule = l.rule
    join ${table('keys')} as r on r.record_no = linked.right_no and r.key = l.key
    group by l.record_no, r.record_no
  ),
  spread as (
    select count(*) as pairs, count_if(rules = 1) as once, count_if(rules = 2) as twice
    from brought
  ),
  estimated as (
    select
      spread.*,
      (own.rules - 1) / greatest(own.rules, 1) * once * (once - 1) / (2 * (twice + 1)) as missed
    from spread cross join (select count(*) as rules from own) as own
  )
select
  cast(pairs as bigint) as pairs,
  cast(once as bigint) as brought_once,
  cast(twice as bigint) as brought_twice,
  greatest(missed, 0) as missed,
  greatest(missed, 0) / nullif(pairs + missed, 0) as missed_share
from estimated`
}

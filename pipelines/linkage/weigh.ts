import { sql } from 'kysely'
import { levelColumns, levelCtes, levelsAt, patternOf, recordsOf } from './compare.ts'
import type { Linkage, LinkageComparison } from './declaration.ts'
import { lines, name, type Part, value } from './text.ts'

/** The declaration as a table, for the fit and for people: every comparison and level, and what is expected of it. */
export function comparisonsSelect({ comparisons }: Linkage): Part {
  const rows = comparisons.flatMap((one, position) =>
    one.levels.map(
      (label, level) =>
        sql`(${lines([one.name, position + 1, one.kind, one.role, level, label, level === one.exact, one.expected[level] as number].map(value), ', ')})`,
    ),
  )
  return sql`select
  comparison,
  cast(position as integer) as position,
  kind,
  role,
  cast(level as integer) as level,
  label,
  is_exact,
  cast(expected as double) as expected
from (
  values
    ${lines(rows, ',\n    ')}
) as declared(comparison, position, kind, role, level, label, is_exact, expected)`
}

/** CTEs `fit` (weights by level, as lists) and `known` (records that have a value at all), one row each. */
function fitCtes(linkage: Linkage): Part {
  const of = (column: Part, what: Part) => sql`${what} filter (where comparison = ${column})`
  const columns = linkage.comparisons.flatMap(({ name: text, role }) => {
    const column = name(text)
    const label = value(text)
    return [
      sql`${of(label, sql`list(weight order by level)`)} as ${column}`,
      ...(role === 'mixed'
        ? [sql`${of(label, sql`list(home_weight order by level)`)} as ${column}_home`]
        : []),
      sql`max(other) filter (where comparison = ${label} and is_exact) as ${column}_chance`,
    ]
  })
  const known = linkage.comparisons.map(({ name: text }) => sql`count(${name(text)}) as ${name(text)}`)
  return sql`fit as (
    select
      list(weight order by level) filter (where comparison = 'pair') as class,
      ${lines(columns)}
    from ${name(linkage.name)}_fit
  ),
  known as (
    select
      ${lines(known)}
    from ${name(linkage.name)}_terms
  )`
}

/** The weight of one comparison, null where it cannot be made; agreement on a rare value weighs more. */
function weightOf({ name: text, exact }: LinkageComparison, list: Part): Part {
  const column = name(text)
  return sql`list_extract(fit.${list}, p.${column} + 1)
        + case when p.${column} = ${value(exact)} then rarity(l.${recordsOf(text)}, known.${column}, fit.${column}_chance) else 0 end`
}

const homeColumn = (text: string): Part => name(`${text}_home`)
const classes = sql`w.class[1], w.class[2], w.class[3], w.class[4]`

/** The sum of the weights of one role. */
function sumOf(linkage: Linkage, role: 'personal' | 'home' | 'mixed', home = false): Part {
  const columns = linkage.comparisons
    .filter((one) => one.role === role)
    .map((one) => sql`coalesce(w.${home ? homeColumn(one.name) : name(one.name)}, 0)`)
  return columns.length === 0 ? sql`0` : lines(columns, ' + ')
}

const sums = (linkage: Linkage): Part =>
  sql`${sumOf(linkage, 'personal')}, ${sumOf(linkage, 'home')}, ${sumOf(linkage, 'mixed')}, ${sumOf(linkage, 'mixed', true)}`

/** CTE `weighed`: pairs with the weight of every comparison. `from` has left_no, right_no, levels and `kept`. */
function weighedCte(linkage: Linkage, from: Part, kept: readonly string[], type: Part): Part {
  const weights = linkage.comparisons.flatMap((one) => [
    sql`cast(${weightOf(one, name(one.name))} as ${type}) as ${name(one.name)}`,
    ...(one.role === 'mixed'
      ? [sql`cast(${weightOf(one, homeColumn(one.name))} as ${type}) as ${homeColumn(one.name)}`]
      : []),
  ])
  return sql`weighed as (
    select
      ${lines([...['left_no', 'right_no', ...kept].map((column) => sql`p.${name(column)}`), ...weights])},
      fit.class
    from ${from} as p
    join ${name(linkage.name)}_terms as l on l.record_no = p.left_no
    cross join fit
    cross join known
  )`
}

/** Weight from which on a pair is looked at again: one chance in five. */
const worthALook = -2

/** Bits by which rarity may raise what a pattern weighs, beyond the rarest values there are. */
const margin = 3

/**
 * Pairs that may be one person, with the weight of all comparisons together. A pattern is weighed once; only pairs of
 * patterns that rare values could still lift are weighed one by one.
 */
export function scoresSelect(linkage: Linkage): Part {
  const { comparisons } = linkage
  const most = comparisons.map(
    ({ name: text, exact }) =>
      sql`case when p.${name(text)} = ${value(exact)} then rarity(2, known.${name(text)}, fit.${name(text)}_chance) else 0 end`,
  )
  const plain = comparisons.flatMap(({ name: text, role }) => [
    sql`list_extract(fit.${name(text)}, p.${name(text)} + 1) as ${name(text)}`,
    ...(role === 'mixed'
      ? [sql`list_extract(fit.${homeColumn(text)}, p.${name(text)} + 1) as ${homeColumn(text)}`]
      : []),
  ])
  return sql`with
  ${fitCtes(linkage)},
  plain as (
    select
      p.pattern,
      ${lines(plain)},
      ${lines(most, ' + ')} as most_rarity,
      fit.class
    from ${name(linkage.name)}_patterns as p
    cross join fit
    cross join known
  ),
  hopeful as (
    select w.pattern
    from plain as w
    where match_weight(${classes}, ${sums(linkage)}) + w.most_rarity > ${value(worthALook - margin)}
  ),
  likely as (
    select levels.left_no, levels.right_no, patterns.* exclude (pairs)
    from ${name(linkage.name)}_levels as levels
    join hopeful on hopeful.pattern = levels.pattern
    join ${name(linkage.name)}_patterns as patterns on patterns.pattern = levels.pattern
  ),
  ${weighedCte(linkage, sql`likely`, ['pattern'], sql`double`)},
  scored as (
    select left_no, right_no, pattern, match_weight(${classes}, ${sums(linkage)}) as weight
    from weighed as w
  )
select left_no, right_no, pattern, cast(weight as decimal(9, 4)) as weight
from scored
where weight > ${value(worthALook)}`
}

/** A record with more such pairs than this is not reached through: what it shares with all of them is no name. */
const mostNeighbours = 100

/** Pairs to weigh comparison by comparison: those that may be one, those both close to a third record, those decided, those given. */
export function nearSelect(linkage: Linkage): Part {
  const scores = sql`${name(linkage.name)}_scores`
  const terms = sql`${name(linkage.name)}_terms`
  const decided = linkage.decisions
    ? sql`
  decided as (
    select
      least(l.record_no, r.record_no) as left_no,
      greatest(l.record_no, r.record_no) as right_no,
      min(d.decision) as decision
    from ${name(linkage.decisions)} as d
    join ${terms} as l on l.record_id = d.left_id
    join ${terms} as r on r.record_id = d.right_id
    where l.record_no <> r.record_no
    group by all
  )`
    : sql`
  decided as (select left_no, right_no, cast(null as varchar) as decision from ${scores} where false)`
  const held = linkage.given
    ? sql`
    union
    select least(l.record_no, r.record_no), greatest(l.record_no, r.record_no)
    from ${name(linkage.given)} as a
    join ${name(linkage.given)} as b on b.given = a.given and b.record_id > a.record_id
    join ${terms} as l on l.record_id = a.record_id
    join ${terms} as r on r.record_id = b.record_id`
    : sql``
  return sql`with
  steps as (
    select left_no as here, right_no as there from ${scores}
    union all
    select right_no, left_no from ${scores}
  ),
  busy as (select here from steps group by here having count(*) > ${value(mostNeighbours)}),
  near as (
    select left_no, right_no from ${scores}
    union
    select a.there, b.there
    from steps as a
    join steps as b on b.here = a.here and b.there > a.there
    where a.here not in (select here from busy)${held}
  ),${decided}
select left_no, right_no, decision
from near
full join decided using (left_no, right_no)
order by left_no, right_no`
}

/** Pairs looked at again, with the weight of every comparison. */
export function weightsSelect(linkage: Linkage): Part {
  const near = sql`${name(linkage.name)}_near`
  const terms = sql`${name(linkage.name)}_terms`
  const unique = linkage.unique_sources
  const barred =
    unique.length > 0
      ? sql`coalesce(l.source = r.source and l.source in (${lines(unique.map(value), ', ')}), false)`
      : sql`false`
  const sides =
    unique.length === 0 && !linkage.given
      ? sql``
      : sql`
join ${terms} as l on l.record_no = w.left_no
join ${terms} as r on r.record_no = w.right_no`
  const [held, given] = linkage.given
    ? [
        sql`case when lg.given = rg.given then 1 when lg.given <> rg.given then -1 else 0 end`,
        sql`
left join ${name(linkage.given)} as lg on lg.record_id = l.record_id
left join ${name(linkage.given)} as rg on rg.record_id = r.record_id`,
      ]
    : [sql`0`, sql``]
  const weights = linkage.comparisons.flatMap((one) => [
    name(one.name),
    ...(one.role === 'mixed' ? [homeColumn(one.name)] : []),
  ])
  return sql`with
  met as (
    select near.*, scores.pattern
    from ${near} as near
    left join ${name(linkage.name)}_scores as scores using (left_no, right_no)
  ),
  unmet as (select * from met where pattern is null),
  ${levelCtes(linkage, sql`unmet`, ['decision'])},
  leveled as (
    select
      left_no,
      right_no,
      decision,
      ${lines(levelColumns(linkage))}
    from compared
  ),
  patterned as (
    select left_no, right_no, decision, pattern from met where pattern is not null
    union all
    select left_no, right_no, decision, ${patternOf(linkage)} from leveled
  ),
  coded as (
    select
      *,
      ${levelsAt(linkage)}
    from patterned
  ),
  ${fitCtes(linkage)},
  ${weighedCte(linkage, sql`coded`, ['pattern', 'decision'], sql`decimal(9, 4)`)}
select
  w.left_no,
  w.right_no,
  w.pattern,
  ${lines(
    weights.map((column) => sql`w.${column}`),
    ',\n  ',
  )},
  cast(match_weight(${classes}, ${sums(linkage)}) as decimal(9, 4)) as weight,
  cast(home_weight(${classes}, ${sums(linkage)}) as decimal(9, 4)) as same_home_weight,
  w.decision,
  ${barred} as barred,
  cast(${held} as tinyint) as held
from weighed as w${sides}${given}`
}

/**
 * How far to trust a weight (bits): comparisons that agree by chance agree together, as those of namesakes in one town
 * do, and the weight takes each for news. Of list names against their truth the odds were about three quarters of the
 * weight less 2.5 bits; the allowance is a little more than that.
 */
const trusted = (weight: Part): Part => sql`0.7 * ${weight} - 3`

/** What every threshold would do, as the weights themselves expect it, and which one keeps the error stated. */
export function thresholdsSelect(linkage: Linkage): Part {
  const wanted = value(linkage.error)
  return sql`with
  grid as (select unnest(range(${value(4 * worthALook)}, 161)) as quarter),
  pairs as (
    select
      cast(floor(weight * 4) as integer) as quarter,
      cast(probability_of(weight) as decimal(18, 9)) as match,
      cast(probability_of(${trusted(sql`weight`)}) as decimal(18, 9)) as sure_match
    from ${name(linkage.name)}_scores
  ),
  counted as (
    select quarter, count(match) as pairs, coalesce(sum(match), 0) as matches, coalesce(sum(sure_match), 0) as sure_matches
    from grid
    left join pairs using (quarter)
    group by quarter
  ),
  running as (
    select
      quarter,
      sum(pairs) over higher as links,
      sum(matches) over higher as right_links,
      sum(sure_matches) over higher as sure_links,
      sum(matches) over () as matches
    from counted
    window higher as (order by quarter desc)
  ),
  judged as (
    select
      quarter / 4 as threshold,
      cast(links as bigint) as links,
      coalesce(cast((links - right_links) / nullif(links, 0) as double), 0) as wrong_share,
      coalesce(cast((links - sure_links) / nullif(links, 0) as double), 0) as wrong_share_most,
      coalesce(cast((matches - right_links) / nullif(matches, 0) as double), 0) as missed_share,
      coalesce(cast(2 * right_links / nullif(links + matches, 0) as double), 0) as f1
    from running
  ),
  chosen as (select min(threshold) as threshold from judged where threshold >= 0 and wrong_share <= ${wanted})
select judged.*, judged.threshold = chosen.threshold as is_chosen
from judged cross join chosen`
}

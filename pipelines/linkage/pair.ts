import { sql } from 'kysely'
import type { Linkage, LinkageComparison } from './declaration.ts'
import { kinds } from './kinds.ts'
import { lines, name, type Part, value } from './text.ts'

/** Bits that an agreement beyond the rule's own speaks for a pair, before anything is learned; a difference speaks as expected. */
const agreement = 6

/** Bits below which a pair is not worth comparing in full. */
const leastHope = -4

/** Pairs not worth comparing of which a sample is compared nevertheless, for the fit: one in as many as there are times this. */
const sampledPairs = 100_000

/**
 * Pairs of records that a rule brings together, each once, and how many pairs each stands for. Most pairs that blocking
 * brings are strangers behind one door or with one name in common. A block of a hundred holds one other record of a
 * person, if any: what its rule has found out is worth the less the larger the block is, and the columns that are not in
 * the rule must make up for it. How their values begin and end tells that while the pair is made, for a fraction of what
 * comparing costs. Of the pairs given up a sample speaks for all, so that the fit sees every kind of pair in its right
 * proportion; of few, all are taken.
 */
export function pairsSelect(linkage: Linkage): Part {
  const { unique_sources: unique } = linkage
  const told = linkage.comparisons.filter(({ role, kind }) => role !== 'home' && kinds[kind].ends)
  const columns = told.flatMap((one) => [
    endsOf(one, one.name),
    ...(one.sound ? [endsOf(one, `${one.name}_sound`)] : []),
  ])
  const said = voices(linkage, told)
  const barred =
    unique.length > 0
      ? sql`
    where l.source is distinct from r.source or l.source not in (${lines(unique.map(value), ', ')})`
      : sql``
  return sql`with
  rules as (
    select rule, largest_size, cast(greatest(1, sum(pairs) over () // ${value(sampledPairs)}) as ubigint) as one_in
    from ${name(linkage.name)}_blocks
  ),
  ends as (
    select
      ${lines([sql`record_no`, ...(unique.length > 0 ? [sql`source`] : []), ...columns])}
    from ${name(linkage.name)}_terms
  ),
  blocked as (
    select keys.rule, keys.key, keys.record_no, cast(log2(shared.size) as float) as crowd, rules.one_in
    from ${name(linkage.name)}_keys as keys
    join ${name(linkage.name)}_shared as shared on shared.key = keys.key
    join rules on rules.rule = shared.rule and shared.size <= rules.largest_size
  ),
  met as (
    select l.rule, l.record_no as left_no, r.record_no as right_no, l.crowd, l.one_in
    from blocked as l
    join blocked as r on r.key = l.key and r.record_no > l.record_no
  ),
  judged as (
    select
      met.*,
      ${said.length > 0 ? lines(said, '\n        + ') : sql`crowd`} - crowd > ${value(leastHope)} as is_hopeful
    from met
    join ends as l on l.record_no = left_no
    join ends as r on r.record_no = right_no${barred}
  )
select
  left_no,
  right_no,
  min(rule) as rule,
  cast(case when bool_or(is_hopeful) then 1 else any_value(one_in) end as integer) as stands_for
from judged
where is_hopeful or hash(left_no, right_no) % one_in = 0
group by left_no, right_no`
}

function endsOf({ kind }: LinkageComparison, column: string): Part {
  const text = kind === 'email' ? sql`left(${name(column)}, instr(${name(column)}, '@') - 1)` : name(column)
  return sql`ends_of(${text}, ${value(kinds[kind].ends as number)}) as ${name(column)}`
}

/** What each column says that is not in the rule: as written or as it sounds, and names also in each other's place. */
function voices(linkage: Linkage, told: readonly LinkageComparison[]): Part[] {
  const { given, family } = linkage.names ?? {}
  const of = (column?: string) => told.find((one) => one.name === column)
  const [first, last] = [of(given), of(family)]
  const alone = told.map((one) => ({ rules: rulesOf(linkage, one), voice: voiceOf(one) }))
  if (!first || !last) return alone.map(({ rules, voice }) => beyond(rules, voice))
  const others = alone.filter((_, i) => told[i] !== first && told[i] !== last)
  const names = [first, last].map((one) => rulesOf(linkage, one)) as [number[], number[]]
  return [namesVoice(first, last, names), ...others.map(({ rules, voice }) => beyond(rules, voice))]
}

function namesVoice(
  given: LinkageComparison,
  family: LinkageComparison,
  [ofGiven, ofFamily]: [number[], number[]],
): Part {
  const straight = sql`${voiceOf(given)} + ${voiceOf(family)}`
  const crosswise = sql`${said(given, given.name, family.name)} + ${said(family, family.name, given.name)}`
  const both = ofGiven.filter((rule) => ofFamily.includes(rule))
  const only = (some: number[]) => some.filter((rule) => !both.includes(rule))
  const cases = [
    { rules: both, voice: sql`0` },
    { rules: only(ofGiven), voice: voiceOf(family) },
    { rules: only(ofFamily), voice: voiceOf(given) },
  ].filter(({ rules }) => rules.length > 0)
  const either = sql`greatest(${straight}, ${crosswise})`
  if (cases.length === 0) return either
  const whens = cases.map(({ rules, voice }) => sql`when ${among(rules)} then ${voice}`)
  return sql`case ${lines(whens, ' ')} else ${either} end`
}

const said = ({ expected }: LinkageComparison, left: string, right = left): Part =>
  sql`ends_speak(l.${name(left)}, r.${name(right)}, ${value(agreement)}, ${value(Math.round(10 * Math.log2(expected[0] as number)) / 10)})`

const voiceOf = (one: LinkageComparison): Part =>
  one.sound ? sql`greatest(${said(one, one.name)}, ${said(one, `${one.name}_sound`)})` : said(one, one.name)

/** Numbers of the rules that ask for the whole of a value. */
const rulesOf = ({ blocks }: Linkage, { name: column }: LinkageComparison): number[] =>
  blocks.flatMap((parts, i) => (parts.includes(column) || parts.includes(`${column}_sound`) ? [i + 1] : []))

const among = (rules: readonly number[]): Part => sql`rule in (${lines(rules.map(value), ', ')})`

const beyond = (rules: readonly number[], voice: Part): Part =>
  rules.length === 0 ? voice : sql`case when ${among(rules)} then 0 else ${voice} end`

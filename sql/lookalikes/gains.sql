/*
description: >
  Whether the score tells buyers from prospects it has not seen: those held out by tenth of the score, best first, equal scores together.
  Beside it the prospects alone, by tenth of theirs, with how many of them became customers since: that is what the score is for.
grain: one row a tenth; none without both sides
tags: [whole_firm]
columns:
  decile: {type: INTEGER, description: 1 the most like buyers, tests: [not_null, unique]}
  people: {type: BIGINT, description: Held out in the tenth, tests: [not_null]}
  buyers: {type: BIGINT, description: Buyers among them, tests: [not_null]}
  lift: {type: DOUBLE, description: Their share against the share among all held out, tests: [not_null]}
  people_share: {type: DOUBLE, description: Share of all held out down to this tenth, tests: [not_null]}
  gain: {type: DOUBLE, description: Share of all held-out buyers down to this tenth, tests: [not_null]}
  prospects: {type: BIGINT, description: Prospects in the same tenth of theirs, tests: [not_null]}
  won: {type: BIGINT, description: Those of them who became customers, tests: [not_null]}
  won_expected: {type: DOUBLE, description: 'How many would have, at the rates of their lists', tests: [not_null]}
  won_lift: {type: DOUBLE, description: The one against the other; null where nobody did}
*/
with
  placed as (
    select
      cast(1 + floor(10 * (rank() over (order by score desc) - 1) / count(*) over ()) as integer) as decile,
      side
    from lookalikes.scores
    where is_held_out
  ),
  tenths as (
    select decile, count(*) as people, count(*) filter (where side = 'buyer') as buyers
    from placed
    group by decile
  ),
  listed as (
    select
      cast(1 + floor(10 * (rank() over (order by score desc) - 1) / count(*) over ()) as integer) as decile,
      won_on is not null as is_won,
      -- Lists were not mailed alike: a name is held against its own list.
      avg((won_on is not null)::integer) over (partition by list_id) as expected
    from lookalikes.scores
    where side = 'prospect'
  ),
  winning as (
    select decile, count(*) as prospects, count(*) filter (where is_won) as won, round(fsum(expected), 6) as expected
    from listed
    group by decile
  )
select
  t.decile,
  t.people,
  t.buyers,
  (cast(t.buyers as double) / t.people) / (cast(sum(t.buyers) over () as double) / cast(sum(t.people) over () as double)) as lift,
  cast(sum(t.people) over (order by t.decile) as double) / cast(sum(t.people) over () as double) as people_share,
  cast(sum(t.buyers) over (order by t.decile) as double) / cast(sum(t.buyers) over () as double) as gain,
  coalesce(w.prospects, 0) as prospects,
  coalesce(w.won, 0) as won,
  coalesce(w.expected, 0) as won_expected,
  ratio(w.won, w.expected) as won_lift
from tenths as t
left join winning as w on w.decile = t.decile
where exists (select 1 from lookalikes.scores where is_held_out and side = 'buyer')
  and exists (select 1 from lookalikes.scores where is_held_out and side = 'prospect')

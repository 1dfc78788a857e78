/*
description: >
  How many persons two lists have in common, and how many of each we knew. Counted on persons, without rejects and own
  decoys; a list against itself is the number of its persons.
grain: one row a list and another list, or the house file
columns:
  list_id: {type: VARCHAR, description: List, tests: [not_null]}
  other: {type: VARCHAR, description: 'Another list, the same one, or house', tests: [not_null]}
  persons: {type: BIGINT, description: Persons on both, tests: [not_null]}
  share: {type: DOUBLE, description: Share of the persons of list_id}
tests:
  - unique: [list_id, other]
*/
with
  persons as (
    select n.list_id, n.prospect_id, bool_or(n.house_on < l.delivered_on) as is_known
    from lists.names as n
    join lists.licences as l on l.list_id = n.list_id
    where coalesce(n.reason not in ('own_seed', 'reject'), true)
    group by n.list_id, n.prospect_id
  ),
  counted as (
    select l.list_id, o.list_id as other, count(b.prospect_id) as persons
    from lists.licences as l
    cross join lists.licences as o
    left join persons as a on a.list_id = l.list_id
    left join persons as b on b.list_id = o.list_id and b.prospect_id = a.prospect_id
    group by l.list_id, o.list_id
    union all
    select l.list_id, 'house', count(p.prospect_id)
    from lists.licences as l
    left join persons as p on p.list_id = l.list_id and p.is_known
    group by l.list_id
  )
select
  list_id,
  other,
  persons,
  ratio(persons, max(persons) filter (where other = list_id) over (partition by list_id)) as share
from counted

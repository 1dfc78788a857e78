/*
description: >
  The waterfall of each list: names delivered, less own decoys, rejects (rows that could not be taken in among them),
  suppressions, duplicates, customers and names that another list kept, are the net names. It foots.
grain: one row a list and step
columns:
  list_id: {type: VARCHAR, description: List, tests: [not_null]}
  position: {type: INTEGER, description: Place in the waterfall, tests: [not_null]}
  step: {type: VARCHAR, description: What is counted, tests: [not_null, {accepted_values: [gross, own_seed, reject, opt_out, deceased, minor, complaint, duplicate, house, other_list, net]}]}
  names: {type: BIGINT, description: 'Names; what is taken off is negative', tests: [not_null]}
  share: {type: DOUBLE, description: 'Share of the names delivered, own decoys left out; null for them and the gross'}
tests:
  - unique: [list_id, step]
*/
with
  steps as (
    select *
    from (
      values
        ('own_seed', 2), ('reject', 3), ('opt_out', 4), ('deceased', 5), ('minor', 6), ('complaint', 7), ('duplicate', 8),
        ('house', 9), ('other_list', 10), ('net', 11)
    ) as s(step, position)
  ),
  rows as (
    select list_id, coalesce(reason, 'net') as step
    from lists.names
    union all
    select r.list_id, 'reject'
    from staging.list_rejects as r
    join lists.licences as l on l.list_id = r.list_id
  ),
  counted as (
    select l.list_id, s.step, s.position, count(r.step) as names
    from lists.licences as l
    cross join steps as s
    left join rows as r on r.list_id = l.list_id and r.step = s.step
    group by l.list_id, s.step, s.position
  ),
  totals as (
    select list_id, sum(names) as gross, sum(names) filter (where step <> 'own_seed') as counted
    from counted
    group by list_id
  )
select list_id, 1 as position, 'gross' as step, cast(gross as bigint) as names, cast(null as double) as share
from totals
union all
select
  c.list_id,
  c.position,
  c.step,
  cast(case when c.step = 'net' then c.names else -c.names end as bigint),
  case when c.step <> 'own_seed' then ratio(c.names, t.counted) end
from counted as c
join totals as t on t.list_id = c.list_id

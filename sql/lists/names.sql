/*
description: >
  Merge/purge: what became of every name on a list. A name has one reason or is net (reason null); the reasons stand in
  lists.judged, and other_list means that another list kept the person (lists.draws). Names that have been purged, and
  those of the same persons on other lists, stand as they were when they were last looked at (staging.list_outcomes).
grain: one row a name on a list
columns:
  list_name_id: {type: VARCHAR, description: Name on a list, tests: [unique, not_null]}
  list_id: {type: VARCHAR, description: List, tests: [not_null]}
  prospect_id: {type: VARCHAR, description: The same for all names of one person, tests: [not_null]}
  reason: {type: VARCHAR, description: Why it was dropped; null for a net name, tests: [{accepted_values: [own_seed, reject, opt_out, deceased, minor, complaint, duplicate, house, other_list]}]}
  detail: {type: VARCHAR, description: What exactly; see lists.judged}
  is_net: {type: BOOLEAN, description: No reason to drop it, tests: [not_null]}
  is_multi_buyer: {type: BOOLEAN, description: Other lists contended for the person, tests: [not_null]}
  lists: {type: INTEGER, description: Lists that contended for the person, tests: [not_null]}
  customer_id: {type: VARCHAR, description: 'Customer the name is, whenever they came on record'}
  house_on: {type: DATE, description: Day that customer came on record}
  is_purged: {type: BOOLEAN, description: The personal data are gone and the outcome is the one that was kept, tests: [not_null]}
*/
with
  purged as (
    select o.list_name_id, o.prospect_id
    from staging.list_outcomes as o
    join staging.list_names as n on n.list_name_id = o.list_name_id
    where coalesce(n.full_name, n.other_name, n.family_name, n.given_name, n.address, n.email, n.phone) is null
  ),
  kept as (
    select o.*, p.list_name_id is not null as is_purged
    from staging.list_outcomes as o
    left join purged as p on p.list_name_id = o.list_name_id
    where o.prospect_id in (select prospect_id from purged)
  )
select
  j.list_name_id,
  j.list_id,
  coalesce(k.prospect_id, j.prospect_id) as prospect_id,
  case
    when k.list_name_id is not null then k.reason
    when j.reason is not null then j.reason
    when d.place > 1 then 'other_list'
  end as reason,
  case when k.list_name_id is not null then k.detail else j.detail end as detail,
  case when k.list_name_id is not null then k.reason else coalesce(j.reason, case when d.place > 1 then 'other_list' end) end is null
    as is_net,
  coalesce(k.lists, d.lists, 1) > 1 as is_multi_buyer,
  coalesce(k.lists, d.lists, 1) as lists,
  -- A purged name cannot be met again: what is known of it is what was kept.
  case when k.is_purged then k.customer_id else j.customer_id end as customer_id,
  case when k.is_purged then k.house_on else j.house_on end as house_on,
  coalesce(k.is_purged, false) as is_purged
from lists.judged as j
left join lists.draws as d on d.list_name_id = j.list_name_id
left join kept as k on k.list_name_id = j.list_name_id

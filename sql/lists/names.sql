/*
description: >
  Merge/purge: what became of every name on a list. A name has one reason or is net (reason null); the reasons stand in
  lists.judged, and other_list means that another list kept the person (lists.draws). What has been settled stands as the
  night before kept it (staging.list_outcomes), for weights move a little every night and history must not: the outcomes of
  a list that has been used, of names that have been purged, and of the same persons on other lists. Who became a customer
  after delivery goes on being looked at as long as the name is there.
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
  used as (
    select distinct list_id
    from staging.contacts
    where list_id is not null and contacted_on <= as_of()
  ),
  settled as (
    select o.*, p.list_name_id is not null as is_purged
    from staging.list_outcomes as o
    left join purged as p on p.list_name_id = o.list_name_id
    where o.list_id in (select list_id from used) or o.prospect_id in (select prospect_id from purged)
  ),
  known as (
    select
      j.*,
      s.lists,
      s.is_purged,
      s.list_name_id is not null as is_settled,
      s.prospect_id as settled_prospect_id,
      s.reason as settled_reason,
      s.detail as settled_detail,
      s.customer_id as settled_customer_id,
      s.house_on as settled_house_on,
      -- A purged name cannot be met again; whether a name was a customer at delivery has been settled.
      s.is_purged or coalesce(s.list_name_id is not null and least(j.house_on, s.house_on) < l.delivered_on, false) as is_known
    from lists.judged as j
    left join settled as s on s.list_name_id = j.list_name_id
    left join lists.licences as l on l.list_id = j.list_id
  ),
  -- Who has been settled as a net name is kept there: a list that comes later cannot win the person any more.
  keepers as (
    select prospect_id from known where is_settled and settled_reason is null
    union
    select settled_prospect_id from known where is_settled and settled_reason is null
  ),
  decided as (
    select
      k.*,
      d.lists as drawn_lists,
      case
        when k.is_settled then k.settled_reason
        when k.reason is not null then k.reason
        when d.place > 1 or k.prospect_id in (select prospect_id from keepers) then 'other_list'
      end as final_reason
    from known as k
    left join lists.draws as d on d.list_name_id = k.list_name_id
  )
select
  list_name_id,
  list_id,
  coalesce(settled_prospect_id, prospect_id) as prospect_id,
  final_reason as reason,
  case when is_settled then settled_detail else detail end as detail,
  final_reason is null as is_net,
  coalesce(lists, drawn_lists, 1) > 1 as is_multi_buyer,
  coalesce(lists, drawn_lists, 1) as lists,
  case when is_known then settled_customer_id else customer_id end as customer_id,
  case when is_known then settled_house_on else house_on end as house_on,
  coalesce(is_purged, false) as is_purged
from decided

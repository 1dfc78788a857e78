/*
description: >
  Every name on its own list: why it is dropped, the first of these that holds. own_seed (a decoy of ours) · reject (no
  name, nothing to reach it by, no address on a list licensed for mail, or marked undeliverable) · opt_out, deceased,
  minor, complaint (the owner's mark, the suppression file as it stood at delivery, age at delivery) · duplicate (an
  earlier row of the list is the same person) · house (a customer already on record at delivery). A mark on one copy of a
  person counts for the other copies on that list. Nothing falls for looking odd: the owner's decoys must survive.
grain: one row a name on a list
columns:
  list_name_id: {type: VARCHAR, description: Name on a list, tests: [unique, not_null]}
  list_id: {type: VARCHAR, description: List, tests: [not_null]}
  prospect_id: {type: VARCHAR, description: The same for all names of one person, tests: [not_null]}
  reason: {type: VARCHAR, description: 'Why it is dropped; null: it stays, or contends with other lists', tests: [{accepted_values: [own_seed, reject, opt_out, deceased, minor, complaint, duplicate, house]}]}
  detail: {type: VARCHAR, description: 'What exactly: of a reject, no_name, no_contact, no_address or undeliverable; of a suppression, owner, file or age'}
  customer_id: {type: VARCHAR, description: 'Customer the name is, whenever they came on record'}
  house_on: {type: DATE, description: Day that customer came on record}
*/
with
  facts as (
    select
      n.list_name_id,
      n.list_id,
      n.row_no,
      m.prospect_id,
      m.customer_id,
      m.customer_on,
      m.is_own_seed,
      case
        when coalesce(n.full_name, n.other_name, n.family_name, n.given_name) is null then 'no_name'
        when coalesce(n.address, n.email, n.phone) is null then 'no_contact'
        when n.address is null and is_among('mail', l.channels) then 'no_address'
        when n.deliverable = false then 'undeliverable'
      end as fault,
      n.opted_out,
      n.birth_date > l.delivered_on - interval 18 year as is_minor,
      list_transform(
        list_filter(m.suppressions, lambda s: coalesce(s.recorded_on <= l.delivered_on, true)), lambda s: s.kind
      ) as kinds,
      l.delivered_on
    from staging.list_names as n
    join lists.licences as l on l.list_id = n.list_id
    join lists.matches as m on m.list_name_id = n.list_name_id
  ),
  persons as (
    select
      *,
      coalesce(bool_or(opted_out) over person, false) as is_opted_out,
      coalesce(bool_or(is_minor) over person, false) as is_child
    from facts
    window person as (partition by list_id, prospect_id)
  ),
  suppressed as (
    select
      *,
      case
        when is_own_seed then 'own_seed'
        when fault is not null then 'reject'
        when is_opted_out or list_contains(kinds, 'opt_out') then 'opt_out'
        when list_contains(kinds, 'deceased') then 'deceased'
        when is_child or list_contains(kinds, 'minor') then 'minor'
        when list_contains(kinds, 'complaint') then 'complaint'
      end as dropped
    from persons
  ),
  ranked as (
    select *, row_number() over (partition by list_id, prospect_id, dropped is null order by row_no, list_name_id) as copy
    from suppressed
  )
select
  list_name_id,
  list_id,
  prospect_id,
  case
    when dropped is not null then dropped
    when copy > 1 then 'duplicate'
    when customer_on < delivered_on then 'house'
  end as reason,
  case dropped
    when 'reject' then fault
    when 'opt_out' then case when is_opted_out then 'owner' else 'file' end
    when 'minor' then case when is_child then 'age' else 'file' end
    when 'deceased' then 'file'
    when 'complaint' then 'file'
  end as detail,
  customer_id,
  customer_on as house_on
from ranked

/*
description: >
  The log of merges and splits: every record that came from one customer to another, by night. It is computed from the
  ids given before and tonight's; nothing in it is undone by hand but by a decision in staging.match_decisions.
grain: one row a record and day on which its customer changed
columns:
  changed_on: {type: DATE, description: As-of date of the night, tests: [not_null]}
  record_kind: {type: VARCHAR, description: person or organisation, tests: [not_null]}
  record_id: {type: VARCHAR, description: Record that changed its customer, tests: [not_null]}
  from_customer_id: {type: VARCHAR, description: Customer it belonged to, tests: [not_null]}
  to_customer_id: {type: VARCHAR, description: Customer it belongs to now, tests: [not_null]}
  change: {type: VARCHAR, description: 'merged: into a customer who was there before; split: from one who stays; moved: both; renamed: neither', tests: [{accepted_values: [merged, split, moved, renamed]}]}
  is_decided: {type: BOOLEAN, description: A decision by hand names the record}
tests:
  - unique: [changed_on, record_kind, record_id]
*/
with
  versions as (
    select record_kind, record_id, customer_id, given_on
    from staging.given_ids
    where given_on < as_of()
    union all
    select record_kind, record_id, customer_id, given_on
    from identity.clusters
    where given_on = as_of()
  ),
  spans as (
    select
      *,
      lag(customer_id) over following as from_customer_id,
      lead(given_on) over following as until
    from versions
    window following as (partition by record_kind, record_id order by given_on)
  ),
  changed as (
    select * from spans where from_customer_id <> customer_id
  ),
  was_there as (
    select distinct c.record_kind, c.record_id, c.given_on
    from changed as c
    join spans as s
      on s.record_kind = c.record_kind
      and s.customer_id = c.customer_id
      and s.given_on < c.given_on
      and coalesce(s.until >= c.given_on, true)
  ),
  is_there as (
    select distinct c.record_kind, c.record_id, c.given_on
    from changed as c
    join spans as s
      on s.record_kind = c.record_kind
      and s.customer_id = c.from_customer_id
      and s.given_on <= c.given_on
      and coalesce(s.until > c.given_on, true)
  ),
  decided as (
    select record_kind, unnest([left_id, right_id]) as record_id, decided_on
    from staging.match_decisions
  )
select
  c.given_on as changed_on,
  c.record_kind,
  c.record_id,
  c.from_customer_id,
  c.customer_id as to_customer_id,
  case
    when w.record_id is not null and i.record_id is not null then 'moved'
    when w.record_id is not null then 'merged'
    when i.record_id is not null then 'split'
    else 'renamed'
  end as change,
  exists (
    from decided as d
    where d.record_kind = c.record_kind and d.record_id = c.record_id and coalesce(d.decided_on <= c.given_on, true)
  ) as is_decided
from changed as c
left join was_there as w on w.record_kind = c.record_kind and w.record_id = c.record_id and w.given_on = c.given_on
left join is_there as i on i.record_kind = c.record_kind and i.record_id = c.record_id and i.given_on = c.given_on

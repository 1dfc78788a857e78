/*
description: >
  A decision by hand on two records is not what the customers say. Two decisions contradict each other, or one
  contradicts a source that is declared to hold nobody twice.
severity: error
*/
with
  decided as (
    select 'person' as record_kind, left_id, right_id, decision from identity.person_decisions
    union all
    select 'organisation', left_id, right_id, decision from identity.organisation_decisions
  )
select d.record_kind, d.left_id, d.right_id, d.decision
from decided as d
join identity.clusters as l on l.record_kind = d.record_kind and l.record_id = d.left_id
join identity.clusters as r on r.record_kind = d.record_kind and r.record_id = d.right_id
where (l.customer_id = r.customer_id) <> (d.decision = 'same')

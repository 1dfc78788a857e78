/*
description: >
  Declared ties, between customers instead of records. A tie between two records of one customer is none. A referral
  runs from the one who recommends to the one who came.
grain: one row a declared tie
columns:
  relation_id: {type: VARCHAR, description: Number of the tie, tests: [unique, not_null]}
  kind: {type: VARCHAR, description: 'spouse, family, colleague, referral or account', tests: [not_null]}
  from_customer_id: {type: VARCHAR, description: Customer the tie starts from, tests: [not_null]}
  from_kind: {type: VARCHAR, description: person or organisation}
  to_customer_id: {type: VARCHAR, description: Customer the tie leads to, tests: [not_null]}
  to_kind: {type: VARCHAR, description: person or organisation}
  declared_on: {type: DATE, description: Day it was declared}
*/
select
  r.relation_id,
  r.kind,
  f.customer_id as from_customer_id,
  r.from_kind,
  t.customer_id as to_customer_id,
  r.to_kind,
  r.declared_on
from staging.relations as r
join identity.clusters as f on f.record_kind = r.from_kind and f.record_id = r.from_id
join identity.clusters as t on t.record_kind = r.to_kind and t.record_id = r.to_id
where f.customer_id <> t.customer_id

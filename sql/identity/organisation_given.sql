/*
description: The clusters of last night, as far as nothing changed in their records; tonight's links hold to them.
grain: one row a settled organisation record
columns:
  record_id: {type: VARCHAR, description: Record, tests: [unique, not_null]}
  given: {type: VARCHAR, description: Cluster it stood in, tests: [not_null]}
*/
select record_id, customer_id as given
from identity.given
where record_kind = 'organisation' and is_settled

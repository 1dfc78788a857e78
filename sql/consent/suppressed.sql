/*
description: >
  Customers of ours whom the suppression file means, as the linkage of lists.records finds them. They are not contacted,
  whatever the ledger of consent says.
grain: one row a customer and entry of the suppression file
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  suppression_id: {type: VARCHAR, description: Entry of the file, tests: [not_null]}
  kind: {type: VARCHAR, description: 'opt_out, deceased, minor or complaint', tests: [not_null]}
  recorded_on: {type: DATE, description: Day of the entry}
tests:
  - unique: [customer_id, suppression_id]
*/
select distinct i.customer_id, s.suppression_id, s.kind, s.recorded_on
from lists.records as h
join lists.prospect_clusters as hc on hc.record_id = h.record_id
join lists.prospect_clusters as sc on sc.cluster_no = hc.cluster_no
join staging.suppressions as s on sc.record_id = 'suppression:' || s.suppression_id
join identity.clusters as i on i.record_kind = 'person' and i.record_id = h.source_id
where h.record_id = 'house:' || h.source_id and coalesce(s.recorded_on <= as_of(), true)

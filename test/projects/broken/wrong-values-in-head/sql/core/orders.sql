/*
kind: materialised
tags: nightly
columns:
  order_id: {pii: yes, tests: [{range: {}}, {accepted_values: []}, {unique: true, not_null: true}, {relationships: core.people}]}
tests:
  - row_count: {min: -1}
  - severity: warn
*/
select order_id from raw.orders

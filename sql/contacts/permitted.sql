/*
description: >
  Who may be contacted for marketing, and by which medium: the latest word in the ledger is consent, the suppression file does
  not name them, and they have neither left nor been erased. What was never said is no.
grain: one row a customer and medium allowed
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  channel: {type: VARCHAR, description: Medium, tests: [not_null]}
tests:
  - unique: [customer_id, channel]
*/
select l.customer_id, l.channel
from consent.latest as l
join core.customers as c on c.customer_id = l.customer_id
where l.purpose = 'marketing' and l.is_given and l.channel is not null
  and c.status = 'active' and c.left_on is null
  and l.customer_id not in (select customer_id from consent.suppressed)

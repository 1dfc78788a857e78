/*
description: >
  What each customer last said to each channel and purpose: the latest entry of the ledger wins, over all records of the
  customer. No row means no.
grain: one row a customer, channel and purpose
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  channel: {type: VARCHAR, description: Way of contact}
  purpose: {type: VARCHAR, description: Use}
  is_given: {type: BOOLEAN, description: Consent stands, tests: [not_null]}
  since: {type: TIMESTAMP, description: Moment of the entry, tests: [not_null]}
  lawful_basis: {type: VARCHAR, description: 'consent, contract or legitimate_interest'}
  source: {type: VARCHAR, description: Where it was recorded}
  wording_id: {type: VARCHAR, description: Wording that was shown}
  consent_id: {type: VARCHAR, description: Entry of the ledger, tests: [not_null]}
tests:
  - unique: [customer_id, channel, purpose]
*/
select
  k.customer_id,
  c.channel,
  c.purpose,
  c.action = 'given' as is_given,
  c.happened_at as since,
  c.lawful_basis,
  c.source,
  c.wording_id,
  c.consent_id
from staging.consents as c
join identity.clusters as k
  on k.record_kind = case when c.person_id is not null then 'person' else 'organisation' end
  and k.record_id = coalesce(c.person_id, c.organisation_id)
where cast(c.happened_at as date) <= as_of()
-- Of two entries of one moment the withdrawal counts.
qualify row_number() over (
  partition by k.customer_id, c.channel, c.purpose order by c.happened_at desc, c.action = 'withdrawn' desc, c.consent_id desc
) = 1

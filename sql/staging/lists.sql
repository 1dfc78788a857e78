/*
description: 'Every list bought or rented, with its licence and what its owner billed.'
grain: one row a delivery of a list
columns:
  list_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the list}
  name: {type: VARCHAR, description: Name of the list}
  owner: {type: VARCHAR, description: Owner or broker}
  acquisition: {type: VARCHAR, tests: [{accepted_values: [bought, rented]}], description: A rented list is used as licensed and purged at expiry}
  delivered_on: {type: DATE, description: Day delivered}
  gross_names: {type: INTEGER, description: 'Names delivered, as the owner counts them'}
  price_per_thousand: {type: 'DECIMAL(18,4)', description: 'Price of a thousand billable names, in currency'}
  currency: {type: VARCHAR, description: ISO 4217}
  floor_share: {type: 'DECIMAL(18,4)', description: 'Least share of the gross that is billed, 0 to 1'}
  run_charge_per_thousand: {type: 'DECIMAL(18,4)', description: 'Charge for a thousand names run but not billed, in currency'}
  selects_cost: {type: 'DECIMAL(18,4)', description: 'Charge for selections, in currency'}
  billed_amount: {type: 'DECIMAL(18,4)', description: 'What the owner''s invoice asks, in currency; null when not yet billed'}
  uses_allowed: {type: INTEGER, description: 'Number of times a name may be contacted; when nothing was agreed (null), a rented list may be used once and a bought one is not limited'}
  channels: {type: VARCHAR, description: 'Ways of contact allowed, with commas between'}
  purpose: {type: VARCHAR, description: 'Use allowed, in the words of the licence'}
  purposes: {type: VARCHAR, description: 'Purposes of campaigns that this use covers, with commas between; see campaigns'}
  mail_from: {type: DATE, description: First day of use}
  mail_until: {type: DATE, description: Last day of use}
  expires_on: {type: DATE, description: Day the licence ends; null when it does not}
  proof_of_consent: {type: VARCHAR, description: 'What the owner can show for the names'' consent; null when nothing'}
  priority: {type: INTEGER, description: 'Rank among lists that hold the same name: the lowest keeps it; null ranks last, by day delivered'}
  delivered_table: {type: VARCHAR, description: 'Table of the sources that holds nothing but this delivery, so that it can be purged; null when there is none'}
*/
select
  cast(null as varchar) as list_id,
  cast(null as varchar) as name,
  cast(null as varchar) as owner,
  cast(null as varchar) as acquisition,
  cast(null as date) as delivered_on,
  cast(null as integer) as gross_names,
  cast(null as decimal(18,4)) as price_per_thousand,
  cast(null as varchar) as currency,
  cast(null as decimal(18,4)) as floor_share,
  cast(null as decimal(18,4)) as run_charge_per_thousand,
  cast(null as decimal(18,4)) as selects_cost,
  cast(null as decimal(18,4)) as billed_amount,
  cast(null as integer) as uses_allowed,
  cast(null as varchar) as channels,
  cast(null as varchar) as purpose,
  cast(null as varchar) as purposes,
  cast(null as date) as mail_from,
  cast(null as date) as mail_until,
  cast(null as date) as expires_on,
  cast(null as varchar) as proof_of_consent,
  cast(null as integer) as priority,
  cast(null as varchar) as delivered_table
where false

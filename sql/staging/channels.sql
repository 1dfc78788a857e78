/*
description: The ways the firm sells.
grain: one row a channel
columns:
  channel_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the channel}
  name: {type: VARCHAR, description: Name in English}
  name_zh: {type: VARCHAR, description: Name in Chinese}
  kind: {type: VARCHAR, tests: [{accepted_values: [own_store, franchise_store, online, group_purchase, sales_staff, wholesale]}], description: Kind of channel}
  opened_on: {type: DATE, description: First day}
*/
select
  cast(null as varchar) as channel_id,
  cast(null as varchar) as name,
  cast(null as varchar) as name_zh,
  cast(null as varchar) as kind,
  cast(null as date) as opened_on
where false

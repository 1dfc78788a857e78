/*
description: The people who sell.
grain: one row a member of staff
columns:
  staff_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the member of staff}
  store_id: {type: VARCHAR, description: 'Store, for shop staff; see stores'}
  channel_id: {type: VARCHAR, description: 'Channel, see channels'}
  name: {type: VARCHAR, pii: direct, description: Name}
  hired_on: {type: DATE, description: First day}
  left_on: {type: DATE, description: Last day; null while employed}
*/
select
  cast(null as varchar) as staff_id,
  cast(null as varchar) as store_id,
  cast(null as varchar) as channel_id,
  cast(null as varchar) as name,
  cast(null as date) as hired_on,
  cast(null as date) as left_on
where false

/*
description: 'Shops, the firm''s own and franchised ones.'
grain: one row a store
columns:
  store_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the store}
  channel_id: {type: VARCHAR, description: Channel it belongs to; see channels}
  name: {type: VARCHAR, description: Name}
  city: {type: VARCHAR, description: City or town}
  region: {type: VARCHAR, description: 'Province, district or county'}
  country: {type: VARCHAR, description: ISO 3166-1 alpha-2}
  opened_on: {type: DATE, description: First day of trade}
  closed_on: {type: DATE, description: Last day of trade; null while open}
*/
select
  cast(null as varchar) as store_id,
  cast(null as varchar) as channel_id,
  cast(null as varchar) as name,
  cast(null as varchar) as city,
  cast(null as varchar) as region,
  cast(null as varchar) as country,
  cast(null as date) as opened_on,
  cast(null as date) as closed_on
where false

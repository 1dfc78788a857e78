/*
description: >
  What merge/purge made of the names on lists on earlier nights, without anything personal: what the warehouse keeps of
  itself, so that counts stand when the names are purged.
grain: one row a name
columns:
  list_name_id: {type: VARCHAR, tests: [not_null, unique], description: Name on a list; see list_names}
  list_id: {type: VARCHAR, tests: [not_null], description: List}
  prospect_id: {type: VARCHAR, description: The same for all names of one person}
  reason: {type: VARCHAR, description: Why the name was dropped; null for a net name}
  detail: {type: VARCHAR, description: What exactly}
  customer_id: {type: VARCHAR, description: Customer the name was held to be}
  house_on: {type: DATE, description: Day that customer came on record}
  lists: {type: INTEGER, description: Lists the person was a contender of}
*/
select
  cast(null as varchar) as list_name_id,
  cast(null as varchar) as list_id,
  cast(null as varchar) as prospect_id,
  cast(null as varchar) as reason,
  cast(null as varchar) as detail,
  cast(null as varchar) as customer_id,
  cast(null as date) as house_on,
  cast(null as integer) as lists
where false

/*
description: 'Our own decoys, planted to see how names are used. Left out of every count.'
grain: one row a decoy
columns:
  seed_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the decoy}
  full_name: {type: VARCHAR, pii: direct, description: Name}
  address: {type: VARCHAR, pii: direct, description: Street address in one line}
  email: {type: VARCHAR, pii: direct, description: E-mail address}
  phone: {type: VARCHAR, pii: direct, description: Telephone number}
*/
select
  cast(null as varchar) as seed_id,
  cast(null as varchar) as full_name,
  cast(null as varchar) as address,
  cast(null as varchar) as email,
  cast(null as varchar) as phone
where false

/*
description: What is written in characters in names and addresses of records, each text once.
grain: one row a text
columns:
  text: {type: VARCHAR, description: Text as written, pii: direct, tests: [unique, not_null]}
*/
with
  written as (
    select family_name as text from identity.names
    union
    select given_name from identity.names
    union
    select address from staging.persons
    union
    select city from staging.persons
    union
    select name from staging.organisations
    union
    select principal from staging.organisations
    union
    select address from staging.organisations
    union
    select city from staging.organisations
    union
    select address from staging.list_names
    union
    select city from staging.list_names
  )
select text
from written
where regexp_matches(text, '\p{Han}')

with named as (
  select person_id, upper(full_name) as name from raw.people
)
select person_id, name::date as born_on
from named

select
  person_id,
  cast(full_name as integer) as n
from raw.people

select
  person_id,
  strptime(full_name, '%Y-%m-%d') as born_on
from raw.people

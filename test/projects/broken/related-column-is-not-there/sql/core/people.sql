select person_id from raw.people

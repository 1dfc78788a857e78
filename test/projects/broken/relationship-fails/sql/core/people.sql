/*
columns:
  person_id: {tests: [unique]}
*/
select person_id from raw.people

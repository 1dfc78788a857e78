/*
columns:
  person_id: {tests: [{relationships: core.people.id}]}
*/
select person_id from raw.orders

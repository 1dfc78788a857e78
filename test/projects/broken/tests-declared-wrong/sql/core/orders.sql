/*
columns:
  order_id: {tests: [unique, unique]}
  person_id:
    tests:
      - relationships: core.persons.person_id
      - relationships: core.orders.persn_id
tests:
  - unique: [order_id, persn_id]
  - expression: amount >
  - expression: person_id in (select person_id from core.poeple)
*/
select order_id, person_id from raw.orders

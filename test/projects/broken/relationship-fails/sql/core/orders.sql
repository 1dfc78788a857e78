/*
columns:
  order_id: {}
  person_id:
    tests:
      - relationships: core.people.person_id
*/
select order_id, person_id from raw.orders

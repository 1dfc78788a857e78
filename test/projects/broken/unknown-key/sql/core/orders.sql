/*
descripton: Orders
columns:
  order_id: {tipe: VARCHAR, tests: [unike]}
*/
select order_id from raw.orders

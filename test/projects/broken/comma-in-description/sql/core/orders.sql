/*
columns:
  order_id: {type: VARCHAR, description: Number, as printed}
*/
select order_id from raw.orders

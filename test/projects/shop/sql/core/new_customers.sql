/*
description: Customers of the last weeks
kind: view
columns:
  customer_id: {type: VARCHAR}
*/
select customer_id
from core.customers
where date_diff('day', first_order, as_of()) <= param('new_customer_days')

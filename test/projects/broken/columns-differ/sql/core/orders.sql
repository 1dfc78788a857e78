/*
columns:
  order_id: {type: VARCHAR}
  ammount: {type: 'DECIMAL(18,4)'}
  ordered_on: {type: DATE}
*/
select order_id, amount, currency
from raw.orders

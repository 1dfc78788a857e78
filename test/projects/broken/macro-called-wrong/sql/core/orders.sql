select
  half(amount, 2) as amount
from raw.orders

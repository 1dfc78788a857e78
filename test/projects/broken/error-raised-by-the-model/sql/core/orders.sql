select case when amount < 0 then error('an order of less than nothing') else amount end as amount
from raw.orders

select order_id, current_date as seen_on, random() as lot, now() as seen_at
from raw.orders
where ordered_on < today() and getvariable('x') is null

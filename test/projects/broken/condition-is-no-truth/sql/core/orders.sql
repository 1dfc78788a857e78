select case when currency then 1 else 0 end as is_known from raw.orders

select 'été' as season, order_id from raw.orders

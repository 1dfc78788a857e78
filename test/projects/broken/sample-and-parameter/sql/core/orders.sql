select order_id from raw.orders
where amount > $1
using sample 10%

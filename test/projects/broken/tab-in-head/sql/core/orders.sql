/*
columns:
	order_id: {type: VARCHAR}
*/
select order_id from raw.orders

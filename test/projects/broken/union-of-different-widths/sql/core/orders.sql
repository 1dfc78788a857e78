select order_id, amount from raw.orders
union all
select person_id from raw.people

select * from raw.orders
except
select * from raw.people

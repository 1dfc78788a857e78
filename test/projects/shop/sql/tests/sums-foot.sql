/*
description: What customers paid is what orders were worth
*/
with orders as (select sum(in_pounds(amount, currency)) as amount from staging.orders)
select orders.amount, (select sum(paid) from core.customers) as paid
from orders
where orders.amount is distinct from (select sum(paid) from core.customers);

/*
description: Lines that were booked on the day of their order
grain: one row a line
kind: incremental
incremental: {time: booked_on, interval: week, key: line_id, inputs: {staging.orders: ordered_on, raw.lines: booked_on}}
*/
select l.line_id, l.booked_on, o.order_id, l.quantity, o.amount
from raw.lines as l
join staging.orders as o on o.order_id = l.order_id and o.ordered_on = l.booked_on;
-- That is all.

/*
description: An order names a person or organisation that is not on record; it counts as one without a customer.
severity: warn
*/
select o.order_id, o.customer_kind
from staging.orders as o
join core.documents as d on d.order_id = o.order_id
where coalesce(o.person_id, o.organisation_id) is not null and d.customer_id is null

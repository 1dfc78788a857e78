/*
description: The newest order is more than a week before the as-of date. A project without orders has none to wait for.
severity: warn
*/
select max(ordered_on) as newest
from core.orders
having max(ordered_on) < as_of() - 7

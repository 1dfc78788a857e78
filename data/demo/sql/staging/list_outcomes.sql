/*
description: What the night before made of the names on lists, as it kept it.
*/
select list_name_id, list_id, prospect_id, reason, detail, customer_id, house_on, lists
from raw.list_outcomes

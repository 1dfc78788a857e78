/*
description: A person is a net name once, on one list.
severity: error
*/
select prospect_id, count(*) as names
from lists.names
where is_net
group by prospect_id
having count(*) > 1

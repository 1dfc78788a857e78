/*
description: What quarantine holds of the three lists.
*/
select 'L-GB25' as list_id, _row as position, reason
from quarantine.list_gift_buyers
union all
select 'L-EX25', _row, reason
from quarantine.list_expo_visitors
union all
select 'L-HH25', _row, reason
from quarantine.list_households

/*
description: The ids that earlier nights gave, as each night kept them; of a night that was run twice the last counts.
*/
select record_kind, record_id, customer_id, given_on
from raw.given_ids_history
qualify row_number() over (partition by record_kind, record_id, given_on order by _valid_from desc, _load_id desc) = 1

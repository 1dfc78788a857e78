/*
description: What the customer data desk decided on two records, line by line as it stands in match_decisions.csv.
*/
select
  concat_ws(' ', record_kind, left_id, right_id, decided_on) as decision_id,
  record_kind,
  left_id,
  right_id,
  decision,
  decided_on,
  decided_by,
  reason
from raw.match_decisions

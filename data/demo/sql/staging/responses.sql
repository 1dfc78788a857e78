/*
description: >
  Answers that were captured: orders with a code, clicks in e-mails, calls after letters. An order without a code has
  no row here.
*/
select
  cast(resp_id as varchar) as response_id,
  cast(contact_id as varchar) as contact_id,
  camp_code as campaign_id,
  member_no as person_id,
  cast(null as varchar) as organisation_id,
  local_time("at") as responded_at,
  case kind when 'O' then 'order' when 'C' then 'click' when 'T' then 'call' end as kind,
  key_code,
  cast(order_id as varchar) as order_id
from raw.mkt_response

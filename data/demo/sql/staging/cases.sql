/*
description: Cases of the customer service, judged by a reviewer five days after closing. Costs are booked in yuan.
*/
select
  cast(case_id as varchar) as case_id,
  case kind when 'S' then 'service' when 'R' then 'repair' when 'C' then 'complaint' end as kind,
  case when member_no is not null then 'person' when corp_no is not null then 'organisation' end as customer_kind,
  member_no as person_id,
  corp_no as organisation_id,
  cast(order_id as varchar) as order_id,
  local_time(opened_at) as opened_at,
  local_time(closed_at) as closed_at,
  case cause when 'F' then 'firm' when 'K' then 'competitor' when 'C' then 'customer' when 'U' then 'unknown' end as cause,
  subject,
  emp_no as handler_id,
  handled_well = 1 as handled_well,
  major_units(cost_fen) as cost
from raw.crm_case

/*
description: Members who said that they were leaving, and accounts whose contract ended.
*/
select
  cast(exit_id as varchar) as exit_id,
  member_no as person_id,
  corp_no as organisation_id,
  exited as exited_on,
  reason,
  case cause when 'F' then 'firm' when 'K' then 'competitor' when 'C' then 'customer' when 'U' then 'unknown' end as cause
from raw.t_exit

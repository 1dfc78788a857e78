/*
description: The ledger of consent with the wording that was shown. Moments are UTC milliseconds at the source.
*/
select
  cast(log.log_id as varchar) as consent_id,
  log.member_no as person_id,
  cast(null as varchar) as organisation_id,
  local_time(make_timestamp(log.at_ms * 1000)) as happened_at,
  case log.act when 'G' then 'given' when 'W' then 'withdrawn' end as action,
  case log.media when 'E' then 'email' when 'S' then 'sms' when 'M' then 'mail' when 'T' then 'phone' end as channel,
  case log.purpose when 'MKT' then 'marketing' else lower(log.purpose) end as purpose,
  lower(log.basis) as lawful_basis,
  log.src as source,
  cast(log.text_id as varchar) as wording_id,
  text.body as wording
from raw.consent_log as log
left join raw.consent_text as text on text.text_id = log.text_id

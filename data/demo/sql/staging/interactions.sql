/*
description: Calls to the hotline, signed-in visits to the web site, talks in the shop that staff noted, expo stands.
*/
select
  cast(it_id as varchar) as interaction_id,
  member_no as person_id,
  corp_no as organisation_id,
  case kind when 'TEL' then 'hotline' when 'WEB' then 'site_visit' when 'SHOP' then 'store_visit' when 'EXPO' then 'expo' end
    as kind,
  local_time("at") as happened_at,
  chan_code as channel_id,
  subject
from raw.crm_interaction

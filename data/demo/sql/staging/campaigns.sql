/*
description: The campaigns with their plan; costs are booked in yuan.
*/
select
  camp_code as campaign_id,
  name,
  case purpose
    when 'RE' then 'reactivation' when 'XS' then 'cross_sell' when 'AQ' then 'acquisition' when 'RT' then 'retention'
    when 'LA' then 'launch'
  end as purpose,
  case media
    when 'E' then 'email' when 'S' then 'sms' when 'M' then 'mail' when 'T' then 'phone' when 'P' then 'programme'
  end as medium,
  starts as started_on,
  ends as ended_on,
  offer,
  audience,
  major_units(fixed_fen) as fixed_cost,
  major_units(piece_fen) as cost_per_contact
from raw.mkt_campaign

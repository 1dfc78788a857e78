/*
description: >
  Two waves of NPS a year; CSAT after closed cases and after some orders. Competitors are asked about with NPS only.
*/
select
  cast(sv_id as varchar) as survey_id,
  kind,
  member_no as person_id,
  corp_no as organisation_id,
  sent_on,
  answered_on,
  case area when 'PD' then 'product' when 'SV' then 'service' when 'PR' then 'price' end as area,
  score,
  rival_buys as competitor_purchases
from raw.crm_survey

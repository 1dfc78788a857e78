/*
description: >
  Every selection of a campaign, members and names of lists, with its cell. The Leaf Circle (campaigns LEA…) is stored
  as a campaign whose medium is the programme: one row a member when drawn.
columns:
  list_name_id: {description: 'Number of the list and of the row in its delivery; see list_names'}
*/
select
  cast(contact_id as varchar) as contact_id,
  camp_code as campaign_id,
  member_no as person_id,
  cast(null as varchar) as organisation_id,
  list_code as list_id,
  list_code || '-' || cast(list_row as varchar) as list_name_id,
  case cell when 'T' then 'treatment' when 'C' then 'control' end as cell,
  case media
    when 'E' then 'email' when 'S' then 'sms' when 'M' then 'mail' when 'T' then 'phone' when 'P' then 'programme'
  end as medium,
  sent_on as contacted_on,
  key_code,
  major_units(cost_fen) as cost,
  delivered = 1 as delivered
from raw.mkt_contact

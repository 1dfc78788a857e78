/*
description: >
  The accounts: wholesale customers, group buyers and franchisees. One in twenty was opened twice under another form
  of its name: nothing is merged here.
*/
select
  corp_no as organisation_id,
  'ACCOUNTS' as source,
  opened as recorded_on,
  local_time(upd_at) as updated_at,
  name,
  reg_no as registration_no,
  domain,
  case industry
    when 1 then 'tea room' when 2 then 'gift shop' when 3 then 'deli' when 4 then 'department store'
    when 5 then 'hotel' when 6 then 'finance' when 7 then 'technology' when 8 then 'public body'
  end as industry,
  case size_band
    when 1 then '1-9' when 2 then '10-49' when 3 then '50-249' when 4 then '250-999' when 5 then '1000+'
  end as size_band,
  case biz_state when 1 then 'growing' when 2 then 'steady' when 3 then 'shrinking' end as business_state,
  addr as address,
  city,
  province as region,
  zip as postcode,
  nation as country,
  case biz_class when 'WS' then 'wholesale' when 'GP' then 'group' when 'FR' then 'franchise' end as account_class,
  principal,
  phone,
  case need when 1 then 'range' when 2 then 'price' when 3 then 'gifts' when 4 then 'delivery' end as needs,
  acq_chan as acquisition_channel_id,
  major_units(acq_cost_fen) as acquisition_cost,
  case status when 1 then 'active' when 2 then 'closed' end as status
from raw.t_corp

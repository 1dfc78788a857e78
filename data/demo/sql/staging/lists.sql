/*
description: The three lists with their licences and what their owners billed.
*/
select
  list_code as list_id,
  name,
  owner,
  case acq when 'B' then 'bought' when 'R' then 'rented' end as acquisition,
  delivered as delivered_on,
  gross as gross_names,
  cast(cpm as decimal(18, 4)) as price_per_thousand,
  ccy as currency,
  cast(floor_pct / 100 as decimal(18, 4)) as floor_share,
  cast(run_charge as decimal(18, 4)) as run_charge_per_thousand,
  cast(selects as decimal(18, 4)) as selects_cost,
  cast(billed as decimal(18, 4)) as billed_amount,
  uses as uses_allowed,
  channels,
  purpose,
  -- A gift offer, an invitation and a catalogue all go out to win customers.
  case when purpose in ('marketing of gifts', 'one invitation', 'one catalogue') then 'acquisition' end as purposes,
  mail_from,
  mail_until,
  expires as expires_on,
  proof as proof_of_consent,
  cast(null as integer) as priority,
  case list_code
    when 'L-GB25' then 'list_gift_buyers' when 'L-EX25' then 'list_expo_visitors' when 'L-HH25' then 'list_households'
  end as delivered_table
from raw.mkt_list

/*
description: >
  The members of the firm's own systems. One person in twelve is registered twice or three times: nothing is merged
  here. Moments are UTC seconds at the source and stand in the project's time zone here; acquisition cost is in yuan,
  the reporting currency.
columns:
  source: {description: 'POS (tills), WEB (shops on the web), CALL (customer service)'}
  acquisition_cost: {description: 'What winning the member cost, in yuan; null when not known'}
*/
select
  member_no as person_id,
  src_sys as source,
  cast(local_moment(reg_ts) as date) as recorded_on,
  local_moment(upd_ts) as updated_at,
  name as full_name,
  surname as family_name,
  given_name,
  case script when 'L' then 'latin' when 'H' then 'han' end as name_script,
  salutation as title,
  case sex when '1' then 'm' when '2' then 'f' end as gender,
  birthday as birth_date,
  email,
  mobile as phone,
  addr as address,
  city,
  province as region,
  zip as postcode,
  nation as country,
  lang as language,
  pref_chan as preferred_channel,
  case pref_media when 'E' then 'email' when 'S' then 'sms' when 'M' then 'mail' when 'T' then 'phone' end
    as preferred_medium,
  case pref_time when 1 then 'morning' when 2 then 'afternoon' when 3 then 'evening' end as preferred_time,
  case edu
    when 1 then 'school' when 2 then 'vocational' when 3 then 'bachelor' when 4 then 'master' when 5 then 'doctorate'
  end as education,
  case job
    when 1 then 'office' when 2 then 'trade' when 3 then 'service' when 4 then 'teaching' when 5 then 'health'
    when 6 then 'own business' when 7 then 'retired'
  end as career,
  cast(income as varchar) as income_band,
  family_n as family_size,
  case lifestyle
    when 1 then 'home' when 2 then 'social' when 3 then 'outdoors' when 4 then 'culture' when 5 then 'career'
  end as lifestyle,
  case persona when 1 then 'careful' when 2 then 'curious' when 3 then 'loyal' when 4 then 'impulsive' end
    as personality,
  case need
    when 1 then 'tea' when 2 then 'gifts' when 3 then 'home' when 4 then 'price' when 5 then 'collecting'
  end as needs,
  case info_src
    when 1 then 'friends' when 2 then 'social media' when 3 then 'search' when 4 then 'shop window'
    when 5 then 'magazine' when 6 then 'expo'
  end as information_source,
  acq_chan as acquisition_channel_id,
  major_units(acq_cost_fen) as acquisition_cost,
  case status when 1 then 'active' when 2 then 'closed' when 9 then 'erased' end as status
from raw.t_member

/*
description: >
  The names of the three lists as their brokers sent them. The number of a name is the list's and the row's in the
  delivery. Expo visitors have an English and often a Chinese name; British addresses come in two lines.
columns:
  deliverable: {description: 'From the address state, returned mail or gone-away mark of the list'}
*/
select
  'L-GB25-' || cast(row_no as varchar) as list_name_id,
  'L-GB25' as list_id,
  row_no,
  full_name,
  cast(null as varchar) as other_name,
  cast(null as varchar) as family_name,
  cast(null as varchar) as given_name,
  case sex when '女' then 'f' when '男' then 'm' end as gender,
  birth_date,
  email,
  mobile as phone,
  address,
  city,
  province as region,
  postcode,
  'CN' as country,
  opted_out = '是' as opted_out,
  address_state = '有效' as deliverable,
  last_purchase as recency_band,
  gift_kind as segment
from raw.list_gift_buyers
union all
select
  'L-EX25-' || cast(row_no as varchar),
  'L-EX25',
  row_no,
  english_name,
  chinese_name,
  cast(null as varchar),
  cast(null as varchar),
  lower(sex),
  birth_date,
  email,
  mobile,
  address,
  city,
  district,
  postcode,
  case country when 'China' then 'CN' when 'Hong Kong' then 'HK' when 'United Kingdom' then 'GB' end,
  coalesce(opted_out = 'Y', false),
  coalesce(returned_mail <> 'Y', true),
  visited,
  interest
from raw.list_expo_visitors
union all
select
  'L-HH25-' || cast(row_no as varchar),
  'L-HH25',
  row_no,
  forename || ' ' || surname,
  cast(null as varchar),
  surname,
  forename,
  lower(sex),
  birth_date,
  email,
  telephone,
  case when address_2 is null then address_1 else address_1 || ', ' || address_2 end,
  town,
  county,
  postcode,
  'GB',
  opted_out = 'Y',
  gone_away = 'N',
  recency,
  segment
from raw.list_households

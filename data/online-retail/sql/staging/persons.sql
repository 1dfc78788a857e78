/*
description: >
  One row per customer number of the invoices. The data tell no person from a firm and hold no contact data: every
  customer stands here as a person, known by number and country alone.
columns:
  person_id: {description: 'Customer number without the fraction the export writes (17850, not 17850.0)'}
  recorded_on: {description: Day of the first invoice}
  updated_at: {description: Moment of the last invoice}
  country: {description: 'Country of the last invoice (eight customers have had two); null for Channel Islands, European Community and Unspecified, which are no countries'}
*/
with customers as (
  select
    regexp_replace(customer_id, '\.0$', '') as person_id,
    min(invoiced_at) as first_invoiced_at,
    max(invoiced_at) as last_invoiced_at,
    arg_max(country, (invoiced_at, _row)) as country_name
  from raw.invoice_lines
  where customer_id is not null
  group by person_id
),
countries (country_name, country) as (
  values
    ('Australia', 'AU'), ('Austria', 'AT'), ('Bahrain', 'BH'), ('Belgium', 'BE'), ('Brazil', 'BR'), ('Canada', 'CA'),
    ('Cyprus', 'CY'), ('Czech Republic', 'CZ'), ('Denmark', 'DK'), ('EIRE', 'IE'), ('Finland', 'FI'), ('France', 'FR'),
    ('Germany', 'DE'), ('Greece', 'GR'), ('Hong Kong', 'HK'), ('Iceland', 'IS'), ('Israel', 'IL'), ('Italy', 'IT'),
    ('Japan', 'JP'), ('Lebanon', 'LB'), ('Lithuania', 'LT'), ('Malta', 'MT'), ('Netherlands', 'NL'), ('Norway', 'NO'),
    ('Poland', 'PL'), ('Portugal', 'PT'), ('RSA', 'ZA'), ('Saudi Arabia', 'SA'), ('Singapore', 'SG'), ('Spain', 'ES'),
    ('Sweden', 'SE'), ('Switzerland', 'CH'), ('USA', 'US'), ('United Arab Emirates', 'AE'), ('United Kingdom', 'GB')
)
select
  person_id,
  'online_retail' as source,
  cast(first_invoiced_at as date) as recorded_on,
  last_invoiced_at as updated_at,
  cast(null as varchar) as full_name,
  cast(null as varchar) as family_name,
  cast(null as varchar) as given_name,
  cast(null as varchar) as name_script,
  cast(null as varchar) as title,
  cast(null as varchar) as gender,
  cast(null as date) as birth_date,
  cast(null as varchar) as email,
  cast(null as varchar) as phone,
  cast(null as varchar) as address,
  cast(null as varchar) as city,
  cast(null as varchar) as region,
  cast(null as varchar) as postcode,
  countries.country,
  cast(null as varchar) as language,
  cast(null as varchar) as preferred_channel,
  cast(null as varchar) as preferred_medium,
  cast(null as varchar) as preferred_time,
  cast(null as varchar) as education,
  cast(null as varchar) as career,
  cast(null as varchar) as income_band,
  cast(null as integer) as family_size,
  cast(null as varchar) as lifestyle,
  cast(null as varchar) as personality,
  cast(null as varchar) as needs,
  cast(null as varchar) as information_source,
  'online' as acquisition_channel_id,
  cast(null as decimal(18, 4)) as acquisition_cost,
  'active' as status
from customers
left join countries using (country_name)

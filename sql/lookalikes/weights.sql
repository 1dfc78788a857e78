/*
description: >
  Weights of evidence: ln of how much more often a value stands among buyers than among prospects, of those who are learnt from and
  whose value is known. City, gender and age are held against the people of the same country, so that the country counts
  once. Each count is half an example more than it is; a value with fewer than twenty people has no weight and counts as not known.
grain: one row a field, country and value
columns:
  field: {type: VARCHAR, description: 'country, city, gender or age_band', tests: [not_null]}
  country: {type: VARCHAR, description: 'Country it is held against; all for the country itself', tests: [not_null]}
  value: {type: VARCHAR, description: Value, tests: [not_null], pii: indirect}
  buyers: {type: BIGINT, description: Buyers with it, tests: [not_null]}
  prospects: {type: BIGINT, description: Prospects with it, tests: [not_null]}
  weight: {type: DOUBLE, description: 'Above 0: more like buyers', tests: [not_null]}
tests:
  - unique: [field, country, value]
*/
with
  values_of as (
    select side, 'country' as field, 'all' as country, country as value from lookalikes.people where not is_held_out
    union all
    select side, 'city', country, city from lookalikes.people where not is_held_out and city is not null
    union all
    select side, 'gender', country, gender from lookalikes.people where not is_held_out and gender is not null
    union all
    select side, 'age_band', country, age_band from lookalikes.people where not is_held_out and age_band is not null
  ),
  counted as (
    select field, country, value, count(*) filter (where side = 'buyer') as buyers, count(*) filter (where side = 'prospect') as prospects
    from values_of
    group by field, country, value
    having count(*) >= 20
  ),
  totals as (
    select
      *,
      cast(sum(buyers) over (partition by field, country) as double) as all_buyers,
      cast(sum(prospects) over (partition by field, country) as double) as all_prospects
    from counted
  )
select
  field,
  country,
  value,
  buyers,
  prospects,
  round(ln((buyers + 0.5) / (all_buyers + 0.5)) - ln((prospects + 0.5) / (all_prospects + 0.5)), 9) as weight
from totals
where all_buyers > 0 and all_prospects > 0

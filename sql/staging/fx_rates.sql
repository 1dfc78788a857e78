/*
description: Exchange rates. The rate of the latest day on or before counts.
grain: one row a day and pair of currencies
columns:
  rate_date: {type: DATE, tests: [not_null], description: Day of the rate}
  from_currency: {type: VARCHAR, tests: [not_null], description: ISO 4217}
  to_currency: {type: VARCHAR, tests: [not_null], description: ISO 4217}
  rate: {type: 'DECIMAL(18,8)', tests: [not_null], description: Units of to_currency for one unit of from_currency}
tests:
  - unique: [rate_date, from_currency, to_currency]
*/
select
  cast(null as date) as rate_date,
  cast(null as varchar) as from_currency,
  cast(null as varchar) as to_currency,
  cast(null as decimal(18,8)) as rate
where false

/*
description: >
  What one unit of each currency was worth in the reporting currency on each day: the latest quotation on or before the day.
  A quotation against the reporting currency counts before the inverse of the opposite one.
grain: one row a currency and day, from the first order to the as-of day
tags: [reference]
columns:
  currency: {type: VARCHAR, description: ISO 4217, tests: [not_null]}
  rate_date: {type: DATE, description: Day, tests: [not_null]}
  rate: {type: 'DECIMAL(18,8)', description: Reporting currency for one unit, tests: [not_null, {range: {min: 0}}]}
  quoted_on: {type: DATE, description: Day of the quotation used; null for the reporting currency itself}
  constant_rate: {type: 'DECIMAL(18,8)', description: The rate of the as-of day; the same for every day of a currency}
tests:
  - unique: [currency, rate_date]
*/
with
  span as (
    select cast(min(ordered_at) as date) as from_on
    from staging.orders
  ),
  days as (
    select cast(unnest(generate_series(from_on, as_of(), interval 1 day)) as date) as rate_date
    from span
  ),
  currencies as (
    select distinct currency
    from staging.orders
    where currency is not null
    union
    select text_param('reporting_currency')
  ),
  quotations as (
    select from_currency as currency, rate_date as quoted_on, rate, 1 as preference
    from staging.fx_rates
    where to_currency = text_param('reporting_currency') and from_currency <> to_currency
    union all
    select to_currency, rate_date, cast(1 / rate as decimal(18, 8)), 2
    from staging.fx_rates
    where from_currency = text_param('reporting_currency') and from_currency <> to_currency
  ),
  preferred as (
    select currency, quoted_on, rate, row_number() over (partition by currency, quoted_on order by preference) as choice
    from quotations
    where quoted_on <= as_of()
  ),
  quoted as (
    select currency, quoted_on, rate, lead(quoted_on) over (partition by currency order by quoted_on) as next_on
    from preferred
    where choice = 1
  ),
  latest as (
    select currency, rate
    from quoted
    where next_on is null
  )
select
  c.currency,
  d.rate_date,
  case when c.currency = text_param('reporting_currency') then cast(1 as decimal(18, 8)) else q.rate end as rate,
  q.quoted_on,
  case when c.currency = text_param('reporting_currency') then cast(1 as decimal(18, 8)) else l.rate end as constant_rate
from currencies as c
cross join days as d
left join quoted as q
  on q.currency = c.currency and d.rate_date >= q.quoted_on and (q.next_on is null or d.rate_date < q.next_on)
left join latest as l on l.currency = c.currency
order by c.currency, d.rate_date

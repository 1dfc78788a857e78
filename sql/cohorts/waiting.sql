/*
description: >
  Time to the second order by year of the first: the share still waiting for it after so many days, by Kaplan and Meier (1958), so
  that customers who came lately count for as long as they were watched. Interval by Greenwood on the scale of ln(−ln S), as in
  churn.survival. Years are the twelve months up to the last complete one, and those before.
grain: 'one row a kind of customer (all among them), year and number of days, up to 365, at which somebody ordered again'
columns:
  kind: {type: VARCHAR, description: 'person, organisation or all', tests: [not_null]}
  years_back: {type: BIGINT, description: 0 the latest twelve months, tests: [not_null, {range: {min: 0}}]}
  customers: {type: BIGINT, description: First purchases of the year, tests: [not_null]}
  days: {type: BIGINT, description: Days since the first purchase, tests: [not_null]}
  at_risk: {type: BIGINT, description: Watched for so long and still waiting, tests: [not_null]}
  ordered: {type: BIGINT, description: Second orders after just so many days, tests: [not_null]}
  waiting: {type: DOUBLE, description: Share still waiting after it, tests: [not_null, {range: {min: 0, max: 1}}]}
  lower: {type: DOUBLE, description: Lower end of the 95 % interval; null once none is left}
  upper: {type: DOUBLE, description: Upper end}
tests:
  - unique: [kind, years_back, days]
*/
with
  watched as (
    select
      case when grouping(kind) = 1 then 'all' else kind end as kind,
      date_diff('month', cohort, last_complete_day()) // 12 as years_back,
      least(coalesce(days_to_second, watched_days), 366) as days,
      count(*) as last_seen,
      count(*) filter (where days_to_second <= 365) as ordered
    from cohorts.customers
    where last_day(cohort) <= last_complete_day()
    group by grouping sets ((kind, years_back, days), (years_back, days))
  ),
  risks as (
    select
      *,
      cast(sum(last_seen) over (partition by kind, years_back) as bigint) as customers,
      cast(sum(last_seen) over (partition by kind, years_back order by days desc) as bigint) as at_risk
    from watched
  ),
  curves as (
    select
      *,
      bool_or(at_risk = ordered) over to_here as is_out,
      sum(case when at_risk > ordered then ln(1 - cast(ordered as double) / at_risk) end) over to_here as log_waiting,
      sum(case when at_risk > ordered then cast(ordered as double) / (cast(at_risk as double) * (at_risk - ordered)) end) over to_here as greenwood
    from risks
    where ordered > 0
    window to_here as (partition by kind, years_back order by days)
  )
select
  kind,
  years_back,
  customers,
  days,
  at_risk,
  ordered,
  case when is_out then 0 else exp(log_waiting) end as waiting,
  case when not is_out then exp(log_waiting * exp(1.959963984540054 * sqrt(greenwood) / abs(log_waiting))) end as lower,
  case when not is_out then exp(log_waiting * exp(-1.959963984540054 * sqrt(greenwood) / abs(log_waiting))) end as upper
from curves
order by kind, years_back, days

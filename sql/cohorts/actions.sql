/*
description: >
  What the page of cohorts asks for. The prize of bringing the second-order rate back to that of the older customers is counted only
  where the newer fall short of them beyond noise: the difference a year's newcomers, times what those with a second order within
  90 days brought more in their first year.
grain: one row an action
columns:
  report: {type: VARCHAR, description: Page, tests: [not_null]}
  action: {type: VARCHAR, description: Action, tests: [not_null, unique]}
  owner: {type: VARCHAR, description: Who decides, tests: [not_null]}
  customers: {type: BIGINT, description: Customers in the audience}
  prize: {type: 'DECIMAL(18,4)', description: 'Worth a year in reporting currency; null unknown'}
  audience: {type: VARCHAR, description: Model that holds the audience}
*/
with
  shortfall as (
    select -difference as rate
    from cohorts.comparison
    where measure = 'second_90' and dimension = 'all' and is_beyond_noise and difference < 0
  ),
  worth as (
    select
      ratio(sum(contribution_365) filter (where days_to_second <= 90), count(*) filter (where days_to_second <= 90))
      - ratio(sum(contribution_365) filter (where coalesce(days_to_second > 90, true)), count(*) filter (where coalesce(days_to_second > 90, true))) as more
    from cohorts.customers
    where contribution_365 is not null and first_on > as_of() - 730
  ),
  newcomers as (
    select count(*) as customers
    from cohorts.customers
    where first_on > as_of() - 365
  )
select
  'cohorts' as report,
  a.action,
  'marketing' as owner,
  count(*) as customers,
  money((select s.rate * w.more * n.customers from shortfall as s cross join worth as w cross join newcomers as n where w.more > 0)) as prize,
  'cohorts.audiences' as audience
from cohorts.audiences as a
group by a.action

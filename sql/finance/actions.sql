/*
description: >
  What the page of cost and benefit asks for, by purpose and medium of the campaigns of the last two years. repeat: proven to pay, the lower
  end of the interval above the cost; the prize is that lower end a year, less the cost. drop: proven not to pay, the upper end below
  the cost; the prize is what it lost a year. test: no control group, so nobody knows; the prize is not known, at most the cost.
grain: one row an action, purpose and medium
columns:
  report: {type: VARCHAR, description: Page, tests: [not_null]}
  action: {type: VARCHAR, description: Action, tests: [not_null, {accepted_values: [repeat, drop, test]}]}
  owner: {type: VARCHAR, description: Who decides, tests: [not_null]}
  customers: {type: BIGINT, description: Customers treated a year}
  prize: {type: 'DECIMAL(18,4)', description: 'Worth a year in reporting currency; null unknown'}
  audience: {type: VARCHAR, description: Model that holds what it is about}
  purpose: {type: VARCHAR, description: What the campaigns were for}
  medium: {type: VARCHAR, description: Their medium}
  campaigns: {type: BIGINT, description: How many there were, tests: [not_null]}
  cost: {type: 'DECIMAL(18,4)', description: Their cost a year, tests: [not_null]}
tests:
  - unique: [action, purpose, medium]
*/
with
  recent as (
    select *, (incremental_high - incremental_low) / 2 as error
    from finance.initiatives
    where started_on > as_of() - 730 and cost > 0
  ),
  groups as (
    select
      purpose, medium, basis,
      count(*) as campaigns,
      sum(treated) as treated,
      sum(cost) as cost,
      sum(incremental_margin order by campaign_id) as margin,
      sqrt(sum(error ** 2 order by campaign_id)) as error
    from recent
    group by purpose, medium, basis
  ),
  judged as (
    select
      *,
      case
        when basis = 'attributed' then 'test'
        when margin - error > cost then 'repeat'
        when margin + error < cost then 'drop'
      end as action
    from groups
  )
select
  'cost-and-benefit' as report,
  action,
  'marketing' as owner,
  cast(treated // 2 as bigint) as customers,
  money(case action when 'repeat' then (margin - error - cast(cost as double)) / 2 when 'drop' then (cast(cost as double) - margin) / 2 end) as prize,
  'finance.initiatives' as audience,
  purpose,
  medium,
  campaigns,
  money(cost / 2) as cost
from judged
where action is not null
order by action, purpose, medium

/*
description: >
  What to do for loyalty, and what it is worth. ask_promoters: if those asked bring as many customers as promoters brought unasked
  in the last 365 days, × the mean margin of a recommended customer's year after the first purchase.
grain: one row an action
columns:
  report: {type: VARCHAR, description: Report that shows it, tests: [not_null]}
  action: {type: VARCHAR, description: Action, tests: [not_null, unique]}
  owner: {type: VARCHAR, description: Who decides, tests: [not_null]}
  customers: {type: BIGINT, description: Customers reached, tests: [{range: {min: 1}}]}
  prize: {type: 'DECIMAL(18,4)', description: 'Worth a year, reporting currency; null where not known'}
  audience: {type: VARCHAR, description: Model that can be counted, tests: [not_null]}
*/
with
  rate as (
    select ratio(count(*) filter (where r.declared_on > as_of() - 365), count(distinct o.customer_id)) as brought
    from service.opinions as o
    left join loyalty.referrals as r on r.referrer_id = o.customer_id
    where o.opinion = 'promoter'
  ),
  worth as (
    select later_margin
    from loyalty.referral_value
    where came = 'recommended' and error is not null
  )
select
  'satisfaction' as report,
  action,
  'service' as owner,
  count(*) as customers,
  money(count(*) * (select brought from rate) * (select later_margin from worth)) as prize,
  'loyalty.audiences' as audience
from loyalty.audiences
group by action

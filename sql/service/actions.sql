/*
description: >
  What to do about service, and what it is worth a year. save_complainers: the year's margin of those called × the share that such complaints drive away
  (service.lapses: badly where judged, else slow; only where beyond chance). call_detractors: not known. mend_handling: complaints of the
  year that were handled badly (else late) × the share they drive away × the mean year's margin of complainers.
grain: one row an action
columns:
  report: {type: VARCHAR, description: Report that shows it, tests: [not_null]}
  action: {type: VARCHAR, description: Action, tests: [not_null, unique]}
  owner: {type: VARCHAR, description: Who decides, tests: [not_null]}
  customers: {type: BIGINT, description: 'Customers reached; for mend_handling null', tests: [{range: {min: 1}}]}
  prize: {type: 'DECIMAL(18,4)', description: 'Worth a year, reporting currency; null where not known'}
  audience: {type: VARCHAR, description: Model that can be counted, tests: [not_null]}
*/
with
  effect as (
    select first(difference order by handling = 'slow') as share, first(handling order by handling = 'slow') as handling
    from service.lapses
    where case_kind = 'complaint' and handling in ('badly', 'slow') and standing = 'above'
  ),
  calls as (
    select action, count(*) as customers, sum(year_margin) as margin
    from service.audiences
    group by action
  ),
  complaints as (
    select
      count(*) filter (where handled_well = false) as badly,
      count(*) filter (where is_late) as late
    from service.cases
    where case_kind = 'complaint' and pack_year(opened_on) = 'this'
  ),
  -- What a complainer brings in a year: of those who complained in the year before, before they had a reason to leave.
  complainers as (
    select distinct customer_id, opened_on
    from service.cases
    where case_kind = 'complaint' and customer_id is not null and pack_year(opened_on) = 'this'
  ),
  worth as (
    select ratio(sum(o.trading_margin), count(distinct c.customer_id)) as margin
    from complainers as c
    left join core.orders as o on o.customer_id = c.customer_id and o.ordered_on between c.opened_on - 365 and c.opened_on
  ),
  found as (
    select
      action, customers, case action when 'save_complainers' then cast(margin as double) * (select share from effect) end as prize,
      'service.audiences' as audience
    from calls
    union all
    select 'mend_handling', null, case e.handling when 'badly' then c.badly else c.late end * e.share * w.margin, 'service.cases'
    from complaints as c
    cross join effect as e
    cross join worth as w
    where e.share is not null
  )
select 'satisfaction' as report, action, 'service' as owner, customers, money(prize) as prize, audience
from found

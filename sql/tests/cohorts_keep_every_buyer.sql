/*
description: >
  The cohorts of the triangle hold every buyer whose first purchase lies in a complete month, and their contribution to date is that of
  the complete months; no cell of the future holds a number, and none of the past is without.
severity: error
*/
with
  sizes as (
    select kind, sum(customers) as customers, sum(c.contribution) as contribution, bool_and(c.is_triangular) as is_triangular
    from (
      select kind, cohort, any_value(customers) as customers, sum(contribution) as contribution,
        bool_and((buyers is null) = (month_shift(cohort, age) > last_complete_day())) as is_triangular
      from cohorts.triangle
      group by kind, cohort
    ) as c
    group by kind
  ),
  counted as (
    select coalesce(kind, 'all') as kind, count(*) as customers
    from cohorts.customers
    where last_day(cohort) <= last_complete_day()
    group by grouping sets ((kind), ())
    having count(*) > 0
  ),
  booked as (
    select coalesce(m.kind, 'all') as kind, sum(m.net_sales - m.cost_of_goods) as contribution
    from core.lines as m
    join cohorts.customers as c on c.customer_id = m.customer_id and last_day(c.cohort) <= last_complete_day()
    where m.booked_on <= last_complete_day()
    group by grouping sets ((m.kind), ())
  ),
  handled as (
    select coalesce(d.kind, 'all') as kind, sum(d.shipping - d.fulfilment) as contribution
    from core.documents as d
    join cohorts.customers as c on c.customer_id = d.customer_id and last_day(c.cohort) <= last_complete_day()
    where d.booked_on <= last_complete_day()
    group by grouping sets ((d.kind), ())
  ),
  costs as (
    select coalesce(x.kind, 'all') as kind, sum(x.amount) as amount
    from core.customer_costs as x
    join cohorts.customers as c on c.customer_id = x.customer_id and last_day(c.cohort) <= last_complete_day()
    where x.booked_on <= last_complete_day()
    group by grouping sets ((x.kind), ())
  )
select n.kind, n.customers as counted, s.customers, s.contribution, b.contribution + coalesce(h.contribution, 0) - coalesce(x.amount, 0) as booked
from counted as n
left join sizes as s on s.kind = n.kind
left join booked as b on b.kind = n.kind
left join handled as h on h.kind = n.kind
left join costs as x on x.kind = n.kind
where s.customers is distinct from n.customers or not s.is_triangular
  or s.contribution is distinct from b.contribution + coalesce(h.contribution, 0) - coalesce(x.amount, 0)

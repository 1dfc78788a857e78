/*
description: >
  Retention and cumulative contribution by month of the first purchase: buyers active in the k-th month after it / size of the
  cohort. Months that are not over at the as-of day are left out: a cell in the future is null, and so is a cohort whose own month
  is under way, which has no row. What was booked before the first purchase counts in month 0.
grain: 'one row a kind of customer (all among them), cohort and age in months; every age up to that of the oldest cohort'
columns:
  kind: {type: VARCHAR, description: 'person, organisation or all', tests: [not_null]}
  cohort: {type: DATE, description: Month of the first purchase, tests: [not_null]}
  age: {type: BIGINT, description: Months after it, tests: [not_null, {range: {min: 0}}]}
  customers: {type: BIGINT, description: Size of the cohort, tests: [not_null, {range: {min: 1}}]}
  buyers: {type: BIGINT, description: Those who bought in the month; null in the future}
  retention: {type: DOUBLE, description: buyers / customers, tests: [{range: {min: 0, max: 1}}]}
  contribution: {type: 'DECIMAL(18,4)', description: Contribution of the month; null in the future}
  cumulative: {type: DOUBLE, description: Contribution a customer of the cohort up to and with the month; null in the future}
tests:
  - unique: [kind, cohort, age]
  - expression: age <> 0 or buyers = customers
*/
with
  cohorts as (
    select customer_id, kind, cohort
    from cohorts.customers
    where last_day(cohort) <= last_complete_day()
  ),
  sizes as (
    select case when grouping(kind) = 1 then 'all' else kind end as kind, cohort, count(*) as customers
    from cohorts
    group by grouping sets ((kind, cohort), (cohort))
  ),
  ages as (
    select unnest(range(date_diff('month', min(cohort), last_complete_day()) + 1)) as age
    from cohorts
  ),
  squares as (
    select s.kind, s.cohort, a.age, s.customers, month_shift(s.cohort, a.age) <= last_complete_day() as is_over
    from sizes as s
    cross join ages as a
  ),
  buying as (
    select
      case when grouping(c.kind) = 1 then 'all' else c.kind end as kind,
      c.cohort,
      date_diff('month', c.cohort, p.month) as age,
      count(*) as buyers
    from (select distinct customer_id, month_of(purchased_on) as month from core.purchases) as p
    join cohorts as c on c.customer_id = p.customer_id
    group by grouping sets ((c.kind, c.cohort, age), (c.cohort, age))
  ),
  booked as (
    select customer_id, month_of(booked_on) as month, net_sales - cost_of_goods as contribution
    from core.lines
    where customer_id is not null
    union all
    select customer_id, month_of(booked_on), shipping - fulfilment
    from core.documents
    where customer_id is not null
    union all
    select customer_id, month_of(booked_on), -amount
    from core.customer_costs
    where customer_id is not null
  ),
  months_earned as (
    select c.kind, c.cohort, b.month, sum(b.contribution) as contribution
    from booked as b
    join cohorts as c on c.customer_id = b.customer_id
    group by c.kind, c.cohort, b.month
  ),
  earned as (
    select
      case when grouping(kind) = 1 then 'all' else kind end as kind,
      cohort,
      greatest(0, date_diff('month', cohort, month)) as age,
      sum(contribution) as contribution
    from months_earned
    group by grouping sets ((kind, cohort, age), (cohort, age))
  ),
  filled as (
    select
      q.kind, q.cohort, q.age, q.customers,
      case when q.is_over then coalesce(b.buyers, 0) end as buyers,
      case when q.is_over then coalesce(e.contribution, 0) end as contribution
    from squares as q
    left join buying as b on b.kind = q.kind and b.cohort = q.cohort and b.age = q.age
    left join earned as e on e.kind = q.kind and e.cohort = q.cohort and e.age = q.age
  )
select
  kind,
  cohort,
  age,
  customers,
  buyers,
  ratio(buyers, customers) as retention,
  money(contribution) as contribution,
  case when contribution is not null then
    ratio(sum(contribution) over (partition by kind, cohort order by age), customers)
  end as cumulative
from filled
order by kind, cohort, age

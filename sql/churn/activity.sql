/*
description: >
  What happened with each customer in each stretch of holdout_days before the as-of day, whoever began it. Stretch 0 ends
  on the as-of day, stretch 1 where it begins, and so on. What the risk of leaving is learnt from is made of these sums.
grain: one row a customer and stretch in which something happened
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  stretch: {type: BIGINT, description: 0 the latest, tests: [not_null, {range: {min: 0}}]}
  purchases: {type: BIGINT, description: Purchase days, tests: [not_null]}
  orders: {type: BIGINT, description: Orders, tests: [not_null]}
  online_orders: {type: BIGINT, description: Orders through an online channel, tests: [not_null]}
  list_sales: {type: 'DECIMAL(18,4)', description: Before discount, tests: [not_null]}
  discount: {type: 'DECIMAL(18,4)', description: Discount, tests: [not_null]}
  gross_sales: {type: 'DECIMAL(18,4)', description: After discount and before returns, tests: [not_null]}
  returned: {type: 'DECIMAL(18,4)', description: 'Returns booked, of whatever purchase', tests: [not_null]}
  bad_complaints: {type: BIGINT, description: 'Complaints closed and judged to have been handled badly', tests: [not_null]}
  good_complaints: {type: BIGINT, description: Other complaints, tests: [not_null]}
  service_cases: {type: BIGINT, description: Service requests and repairs, tests: [not_null]}
  answers: {type: BIGINT, description: Questionnaires answered, tests: [not_null]}
  satisfaction: {type: 'DECIMAL(18,4)', description: 'Sum of their scores, each from 0 to 1', tests: [not_null]}
  competitor_purchases: {type: BIGINT, description: Declared purchases from competitors; null where not asked or not told}
  contacts: {type: BIGINT, description: Pieces sent to them, tests: [not_null]}
  responses: {type: BIGINT, description: Responses of theirs, tests: [not_null]}
tests:
  - unique: [customer_id, stretch]
*/
with
  bought as (
    select customer_id, ordered_on as day, 1 as orders, (channel_kind = 'online')::integer as online_orders, list_sales, discount, gross_sales
    from core.orders
    where customer_id is not null
  ),
  days as (
    select
      customer_id, day, 1 as purchases, sum(orders) as orders, sum(online_orders) as online_orders, sum(list_sales) as list_sales,
      sum(discount) as discount, sum(gross_sales) as gross_sales
    from bought
    group by customer_id, day
  ),
  returns as (
    select customer_id, booked_on as day, returned
    from core.lines
    where customer_id is not null and line_kind = 'return'
  ),
  cases as (
    select
      k.customer_id,
      cast(coalesce(case when c.closed_at < as_of() + 1 then c.closed_at end, c.opened_at) as date) as day,
      (c.kind = 'complaint' and c.closed_at < as_of() + 1 and not c.handled_well) is true as is_bad,
      c.kind = 'complaint' as is_complaint
    from staging.cases as c
    join identity.clusters as k
      on k.record_kind = c.customer_kind
      and k.record_id = case c.customer_kind when 'person' then c.person_id else c.organisation_id end
    where c.opened_at < as_of() + 1
  ),
  answers as (
    select
      k.customer_id,
      s.answered_on as day,
      case s.kind when 'NPS' then s.score / 10 else (s.score - 1) / 4 end as satisfaction,
      s.competitor_purchases
    from staging.surveys as s
    join identity.clusters as k
      on k.record_kind = case when s.person_id is not null then 'person' else 'organisation' end
      and k.record_id = coalesce(s.person_id, s.organisation_id)
    where s.answered_on <= as_of() and s.score is not null
  ),
  contacts as (
    select k.customer_id, c.contacted_on as day, count(*) as contacts
    from staging.contacts as c
    join identity.clusters as k
      on k.record_kind = case when c.person_id is not null then 'person' else 'organisation' end
      and k.record_id = coalesce(c.person_id, c.organisation_id)
    where c.contacted_on <= as_of() and c.cell = 'treatment' and c.delivered is distinct from false and c.medium <> 'programme'
    group by k.customer_id, c.contacted_on
  ),
  responses as (
    select k.customer_id, cast(r.responded_at as date) as day
    from staging.responses as r
    join identity.clusters as k
      on k.record_kind = case when r.person_id is not null then 'person' else 'organisation' end
      and k.record_id = coalesce(r.person_id, r.organisation_id)
    where r.responded_at < as_of() + 1
  ),
  everything as (
    select customer_id, day, purchases, orders, online_orders, list_sales, discount, gross_sales from days
    union all by name
    select customer_id, day, returned from returns
    union all by name
    select
      customer_id, day, is_bad::integer as bad_complaints, (is_complaint and not is_bad)::integer as good_complaints,
      (not is_complaint)::integer as service_cases
    from cases
    union all by name
    select customer_id, day, 1 as answers, satisfaction, competitor_purchases from answers
    union all by name
    select customer_id, day, contacts from contacts
    union all by name
    select customer_id, day, 1 as responses from responses
  )
select
  customer_id,
  date_diff('day', day, as_of()) // cast(param('holdout_days') as bigint) as stretch,
  cast(coalesce(sum(purchases), 0) as bigint) as purchases,
  cast(coalesce(sum(orders), 0) as bigint) as orders,
  cast(coalesce(sum(online_orders), 0) as bigint) as online_orders,
  money(coalesce(sum(list_sales), 0)) as list_sales,
  money(coalesce(sum(discount), 0)) as discount,
  money(coalesce(sum(gross_sales), 0)) as gross_sales,
  money(coalesce(sum(returned), 0)) as returned,
  cast(coalesce(sum(bad_complaints), 0) as bigint) as bad_complaints,
  cast(coalesce(sum(good_complaints), 0) as bigint) as good_complaints,
  cast(coalesce(sum(service_cases), 0) as bigint) as service_cases,
  cast(coalesce(sum(answers), 0) as bigint) as answers,
  money(coalesce(sum(cast(satisfaction as decimal(18, 4))), 0)) as satisfaction,
  cast(sum(competitor_purchases) as bigint) as competitor_purchases,
  cast(coalesce(sum(contacts), 0) as bigint) as contacts,
  cast(coalesce(sum(responses), 0) as bigint) as responses
from everything
group by customer_id, stretch

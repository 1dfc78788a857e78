/*
description: >
  What was known of each buyer at the end of a stretch (churn.activity), and whether they then stayed away for the whole of
  the next one: what the risk of leaving is learnt from. Nothing later than the stretch is in it. Stretch 0 ends on the
  as-of day: all buyers are in it, and what follows is not known. Stretches 1 to 5 are learnt from and judged by; where there are
  more than 10,000 buyers, only every so many-th is in them, by a hash of the id. Who had said that they leave has no row.
grain: one row a stretch and customer who had bought by its end
columns:
  stretch: {type: BIGINT, description: 0 ends on the as-of day, tests: [not_null, {range: {min: 0, max: 5}}]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  is_lost: {type: BOOLEAN, description: Did not buy in the stretch that followed; null for stretch 0}
  silent_days: {type: DOUBLE, description: Days since the last purchase, tests: [not_null]}
  silence: {type: DOUBLE, description: The same against their own mean gap between purchases; null with one purchase}
  purchases: {type: DOUBLE, description: Purchase days to date, tests: [not_null]}
  recent_purchases: {type: DOUBLE, description: Purchase days in the stretch, tests: [not_null]}
  trend: {type: DOUBLE, description: Those less the ones of the stretch before; null for who is new in the stretch}
  tenure_days: {type: DOUBLE, description: Days since the first purchase, tests: [not_null]}
  mean_purchase: {type: DOUBLE, description: Gross sales a purchase day, tests: [not_null]}
  categories: {type: DOUBLE, description: Categories bought from to date, tests: [not_null]}
  discount_share: {type: DOUBLE, description: Discount as a share of list sales to date}
  online_share: {type: DOUBLE, description: Share of orders to date through online channels}
  return_rate: {type: DOUBLE, description: Returns as a share of gross sales to date}
  bad_complaints: {type: DOUBLE, description: Complaints handled badly in the last two stretches, tests: [not_null]}
  good_complaints: {type: DOUBLE, description: Other complaints in the last two stretches, tests: [not_null]}
  service_cases: {type: DOUBLE, description: Service requests and repairs in the last two stretches, tests: [not_null]}
  satisfaction: {type: DOUBLE, description: Mean score of answers in the last two stretches from 0 to 1; null without one}
  competitor_purchases: {type: DOUBLE, description: Declared purchases from competitors in the last two stretches; null where not told}
  contacts: {type: DOUBLE, description: Pieces sent in the stretch, tests: [not_null]}
  responses: {type: DOUBLE, description: Responses in the last two stretches, tests: [not_null]}
  is_organisation: {type: DOUBLE, description: '1 for organisations', tests: [not_null]}
tests:
  - unique: [stretch, customer_id]
*/
with
  stretches as (
    select stretch, as_of() - cast(stretch * param('holdout_days') as integer) as ends_on
    from (select unnest(range(6)) as stretch)
  ),
  learners as (
    select customer_id
    from core.customers
    where purchases > 0
      and md5_number_lower(customer_id)
        % (select greatest(1, cast(ceil(count(*) / 10000.0) as bigint)) from core.customers where purchases > 0) = 0
  ),
  standing as (
    select
      s.stretch,
      p.customer_id,
      p.kind,
      min(p.purchased_on) as first_on,
      max(p.purchased_on) as last_on,
      count(*) as purchases,
      max(s.ends_on) as ends_on
    from stretches as s
    join core.purchases as p on p.purchased_on <= s.ends_on
    where s.stretch = 0 or p.customer_id in (select customer_id from learners)
    group by s.stretch, p.customer_id, p.kind
  ),
  sums as (
    select
      n.stretch,
      n.customer_id,
      sum(a.gross_sales) as gross_sales,
      sum(a.list_sales) as list_sales,
      sum(a.discount) as discount,
      sum(a.returned) as returned,
      sum(a.orders) as orders,
      sum(a.online_orders) as online_orders,
      sum(a.purchases) filter (where a.stretch = n.stretch) as recent_purchases,
      sum(a.purchases) filter (where a.stretch = n.stretch + 1) as purchases_before,
      sum(a.bad_complaints) filter (where a.stretch <= n.stretch + 1) as bad_complaints,
      sum(a.good_complaints) filter (where a.stretch <= n.stretch + 1) as good_complaints,
      sum(a.service_cases) filter (where a.stretch <= n.stretch + 1) as service_cases,
      sum(a.answers) filter (where a.stretch <= n.stretch + 1) as answers,
      sum(a.satisfaction) filter (where a.stretch <= n.stretch + 1) as satisfaction,
      sum(a.competitor_purchases) filter (where a.stretch <= n.stretch + 1) as competitor_purchases,
      sum(a.contacts) filter (where a.stretch = n.stretch) as contacts,
      sum(a.responses) filter (where a.stretch <= n.stretch + 1) as responses
    from standing as n
    join churn.activity as a on a.customer_id = n.customer_id and a.stretch >= n.stretch
    group by n.stretch, n.customer_id
  ),
  breadth as (
    select s.stretch, f.customer_id, count(distinct i.parent) as categories
    from stretches as s
    join baskets.first_purchases as f on f.first_on <= s.ends_on
    join baskets.items as i on i.level = 'subcategory' and i.item = f.subcategory
    where s.stretch = 0 or f.customer_id in (select customer_id from learners)
    group by s.stretch, f.customer_id
  )
select
  n.stretch,
  n.customer_id,
  n.kind,
  case when n.stretch > 0 then coalesce(later.purchases, 0) = 0 end as is_lost,
  cast(n.ends_on - n.last_on as double) as silent_days,
  round((n.ends_on - n.last_on) / (cast(n.last_on - n.first_on as double) / nullif(n.purchases - 1, 0)), 6) as silence,
  cast(n.purchases as double) as purchases,
  cast(coalesce(u.recent_purchases, 0) as double) as recent_purchases,
  case
    when n.first_on <= n.ends_on - cast(param('holdout_days') as integer)
      then cast(coalesce(u.recent_purchases, 0) - coalesce(u.purchases_before, 0) as double)
  end as trend,
  cast(n.ends_on - n.first_on as double) as tenure_days,
  round(cast(u.gross_sales as double) / n.purchases, 4) as mean_purchase,
  cast(coalesce(b.categories, 0) as double) as categories,
  round(ratio(u.discount, u.list_sales), 6) as discount_share,
  round(ratio(u.online_orders, u.orders), 6) as online_share,
  round(ratio(u.returned, u.gross_sales), 6) as return_rate,
  cast(coalesce(u.bad_complaints, 0) as double) as bad_complaints,
  cast(coalesce(u.good_complaints, 0) as double) as good_complaints,
  cast(coalesce(u.service_cases, 0) as double) as service_cases,
  round(ratio(u.satisfaction, u.answers), 6) as satisfaction,
  cast(u.competitor_purchases as double) as competitor_purchases,
  cast(coalesce(u.contacts, 0) as double) as contacts,
  cast(coalesce(u.responses, 0) as double) as responses,
  cast((n.kind = 'organisation')::integer as double) as is_organisation
from standing as n
join sums as u on u.stretch = n.stretch and u.customer_id = n.customer_id
join core.customers as c on c.customer_id = n.customer_id
left join breadth as b on b.stretch = n.stretch and b.customer_id = n.customer_id
left join churn.activity as later on later.customer_id = n.customer_id and later.stretch = n.stretch - 1
where c.left_on is null or c.left_on > n.ends_on

/*
description: >
  The back-test, customer by customer: what would have been predicted 365 days ago for a year, and what came. The forecast rests on
  what was known then: purchase and spend models fitted up to that day, the margin rate, service per purchase and contacts of the
  year before it; nothing is discounted. Cost to serve of the channels per purchase is the same on both sides, that of today.
  Exits that had been declared are not used: they are taken for silence.
grain: one row a customer who had bought by then, of a kind that had enough history for a forecast
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null, unique]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  expected_purchases: {type: 'DECIMAL(18,9)', description: Purchase days forecast for the year, tests: [not_null]}
  purchases: {type: BIGINT, description: Purchase days of the year, tests: [not_null]}
  predicted: {type: 'DECIMAL(18,4)', description: Contribution forecast, tests: [not_null]}
  actual: {type: 'DECIMAL(18,4)', description: Contribution of the year, tests: [not_null]}
  contribution_before: {type: 'DECIMAL(18,4)', description: Contribution of the year before it, tests: [not_null]}
*/
with
  known as (
    select h.customer_id, h.kind, g.channel, h.x, h.t_x, h.age, h.ends_on
    from churn.histories as h
    join churn.channels as g on g.customer_id = h.customer_id
    where h.basis = 'year_ago' and h.kind in (select kind from ltv.year_ago_scores)
  ),
  sales as (
    select
      p.customer_id,
      p.kind,
      coalesce(sum(p.gross_sales) filter (where p.purchased_on <= as_of() - 365), 0) as gross_before,
      coalesce(sum(p.gross_sales) filter (where p.purchased_on <= as_of() - 365 and p.purchased_on > as_of() - 730), 0) as gross_year,
      coalesce(sum(p.trading_margin) filter (where p.purchased_on <= as_of() - 365 and p.purchased_on > as_of() - 730), 0)
        as margin_year,
      count(*) filter (where p.purchased_on <= as_of() - 365 and p.purchased_on > as_of() - 730) as purchases_year,
      coalesce(sum(p.trading_margin) filter (where p.purchased_on > as_of() - 365), 0) as margin_since,
      count(*) filter (where p.purchased_on > as_of() - 365) as purchases_since
    from core.purchases as p
    join known as t on t.customer_id = p.customer_id
    group by p.customer_id, p.kind
  ),
  costs as (
    select
      c.customer_id,
      coalesce(sum(c.amount) filter (where c.booked_on <= as_of() - 365), 0) as year_before,
      coalesce(sum(c.amount) filter (where c.booked_on <= as_of() - 365 and c.cost_kind = 'contact'), 0) as contacts_before,
      coalesce(sum(c.amount) filter (where c.booked_on <= as_of() - 365 and c.cost_kind = 'service'), 0) as service_before,
      coalesce(sum(c.amount) filter (where c.booked_on > as_of() - 365), 0) as since
    from core.customer_costs as c
    join known as t on t.customer_id = c.customer_id
    where c.booked_on > as_of() - 730
    group by c.customer_id
  ),
  rates as (
    select
      s.kind,
      coalesce(ratio(sum(s.margin_year), sum(s.gross_year)), 0) as margin_rate,
      coalesce(ratio(sum(c.service_before), sum(s.purchases_year)), 0) as service
    from sales as s
    left join costs as c on c.customer_id = s.customer_id
    group by s.kind
  ),
  valued as (
    select
      t.customer_id,
      t.kind,
      e.expected,
      r.margin_rate,
      r.service + a.cost_to_serve_per_purchase as per_purchase,
      a.cost_to_serve_per_purchase as serving,
      case
        when f.converged and f.boundary is null then mean_spend(f.p, f.q, f.gamma, t.x + 1, ratio(s.gross_before, t.x + 1))
        else ratio(s.gross_before, t.x + 1)
      end as purchase_value,
      s.purchases_since,
      s.purchases_year,
      s.margin_since,
      s.margin_year,
      coalesce(c.contacts_before, 0) as contacts_before,
      coalesce(c.year_before, 0) as year_before,
      coalesce(c.since, 0) as since
    from known as t
    join sales as s on s.customer_id = t.customer_id
    join ltv.year_ago_scores as e
      on e.kind = t.kind and e.x = t.x and e.t_x = t.t_x and e.age = t.age and e.channel in ('all', t.channel)
    join rates as r on r.kind = t.kind
    join ltv.assumptions as a on a.kind = t.kind
    left join ltv.spend_fits as f on f.basis = 'year_ago' and f.kind = t.kind
    left join costs as c on c.customer_id = t.customer_id
  )
select
  customer_id,
  kind,
  expected as expected_purchases,
  purchases_since as purchases,
  money(cast(expected as double) * (purchase_value * margin_rate - cast(per_purchase as double)) - cast(contacts_before as double))
    as predicted,
  money(margin_since - since - times(serving, purchases_since)) as actual,
  money(margin_year - year_before - times(serving, purchases_year)) as contribution_before
from valued

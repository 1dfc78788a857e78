/*
description: >
  The margin behind predicted values: what was left of each unit of gross sales after returns, cost of goods and fulfilment in the
  last 365 days, and how far a customer's own margin can be trusted against it. The latter by the credibility theory of Bühlmann
  and Straub (1970): a customer's own rate counts with gross sales / (gross sales + credibility_sales), where credibility_sales =
  variance within customers / variance between them.
grain: one row a kind of customer that has bought
columns:
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null, unique]}
  gross_sales: {type: 'DECIMAL(18,4)', description: Gross sales of the last 365 days; of all time when there were none, tests: [not_null]}
  trading_margin: {type: 'DECIMAL(18,4)', description: Trading margin of the same time, tests: [not_null]}
  margin_rate: {type: DOUBLE, description: trading_margin / gross_sales, tests: [not_null]}
  assumed_cost_share: {type: DOUBLE, description: Share of these gross sales whose cost rests on the default margin}
  within_variance: {type: DOUBLE, description: 'Variance of the rate within customers, per unit of gross sales'}
  between_variance: {type: DOUBLE, description: 'Variance of the rate between customers; 0 when they do not differ beyond chance'}
  credibility_sales: {type: DOUBLE, description: Gross sales at which a customer's own rate counts half; null when it never counts}
*/
with
  booked as (
    select
      kind,
      sum(gross_sales) as gross_sales,
      sum(margin) as margin,
      sum(gross_sales) filter (where cost_basis = 'assumed') as assumed_sales,
      sum(gross_sales) filter (where booked_on > as_of() - 365) as recent_sales,
      sum(margin) filter (where booked_on > as_of() - 365) as recent_margin,
      sum(gross_sales) filter (where booked_on > as_of() - 365 and cost_basis = 'assumed') as recent_assumed_sales
    from core.lines
    where customer_id is not null
    group by kind
  ),
  handled as (
    select
      kind,
      sum(shipping - fulfilment) as handling,
      sum(shipping - fulfilment) filter (where booked_on > as_of() - 365) as recent_handling
    from core.documents
    where customer_id is not null
    group by kind
  ),
  totals as (
    select
      b.kind,
      case when b.recent_sales > 0 then b.recent_sales else b.gross_sales end as gross_sales,
      case when b.recent_sales > 0 then b.recent_margin + h.recent_handling else b.margin + h.handling end as trading_margin,
      case when b.recent_sales > 0 then b.recent_assumed_sales else b.assumed_sales end as assumed_sales
    from booked as b
    join handled as h on h.kind = b.kind
    where b.gross_sales > 0
  ),
  customers as (
    select
      kind,
      customer_id,
      count(*) as purchases,
      sum(gross_sales) as weight,
      sum(trading_margin) as margin,
      sum(cast(pow(cast(trading_margin as double), 2) / nullif(cast(gross_sales as double), 0) as decimal(28, 6))) as squares
    from core.purchases
    group by kind, customer_id
  ),
  sums as (
    select
      kind,
      count(*) as customers,
      cast(sum(purchases - 1) as double) as freedom,
      cast(sum(weight) as double) as weight,
      cast(sum(cast(pow(cast(weight as double), 2) as decimal(38, 4))) as double) as weight_squares,
      cast(sum(margin) as double) as margin,
      cast(sum(squares) as double) as squares,
      cast(sum(cast(pow(cast(margin as double), 2) / nullif(cast(weight as double), 0) as decimal(28, 6))) as double) as mean_squares
    from customers
    group by kind
  ),
  within as (
    select *, case when freedom > 0 then greatest(0, (squares - mean_squares) / freedom) end as within_variance
    from sums
  ),
  between as (
    select
      kind,
      within_variance,
      greatest(
        0,
        (mean_squares - margin * margin / weight - (customers - 1) * within_variance)
        / nullif(weight - weight_squares / weight, 0)
      ) as between_variance
    from within
  )
select
  t.kind,
  money(t.gross_sales) as gross_sales,
  money(t.trading_margin) as trading_margin,
  ratio(t.trading_margin, t.gross_sales) as margin_rate,
  ratio(coalesce(t.assumed_sales, 0), t.gross_sales) as assumed_cost_share,
  b.within_variance,
  b.between_variance,
  case when b.between_variance > 0 then b.within_variance / b.between_variance end as credibility_sales
from totals as t
left join between as b on b.kind = t.kind
order by t.kind

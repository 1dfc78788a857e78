/*
description: >
  What each customer was worth and is expected to be worth. Historic contribution is the fact to date. The predicted value
  covers horizon_months: discounted expected purchases × (expected value of a purchase × margin rate − service and cost to
  serve per purchase), less the contacts of the last 365 days going on as they are; without a forecast it is null, for who has
  left it is 0. Acquisition cost stands beside it and is not netted. Tiers, first rule that holds: BZ, value below 0; MVC, in
  the top decile of the kind; MGC, at least mgc_threshold below the 75th percentile of the peers, profitable and active
  (neither at risk nor lapsed); core. Peers are active customers of the same kind and market with a like number of purchases
  (1, 2, 3 to 4, 5 or more); where these are fewer than 20, of all markets. Without a forecast, tiers rest on historic contribution.
grain: one row a customer who has bought
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null, unique]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  market: {type: VARCHAR, description: Market of the customer, tests: [not_null]}
  customer_class: {type: VARCHAR, description: 'retail, wholesale, group or franchise', tests: [not_null]}
  acquisition_channel_kind: {type: VARCHAR, description: Kind of channel that won the customer, tests: [not_null]}
  purchases: {type: BIGINT, description: Purchase days, tests: [not_null]}
  net_sales: {type: 'DECIMAL(18,4)', description: Net sales to date, tests: [not_null]}
  contribution: {type: 'DECIMAL(18,4)', description: Historic contribution to date, tests: [not_null]}
  acquisition_cost: {type: 'DECIMAL(18,4)', description: What winning the customer cost; null unknown}
  mean_purchase: {type: 'DECIMAL(18,4)', description: Own mean gross sales of a purchase day, tests: [not_null]}
  expected_purchase_value: {type: 'DECIMAL(18,4)', description: Expected gross sales of a purchase day, tests: [not_null]}
  margin_rate: {type: 'DECIMAL(18,9)', description: "Own trading margin per gross sales, drawn to the kind's by its credibility", tests: [not_null]}
  expected_purchases: {type: 'DECIMAL(18,9)', description: Purchase days expected over the horizon; 0 for who has left; null without a forecast}
  discounted_purchases: {type: 'DECIMAL(18,9)', description: 'The same, discounted'}
  purchase_variance: {type: 'DECIMAL(28,9)', description: 'Variance of the purchase days over the horizon, by chance alone'}
  margin_per_purchase: {type: 'DECIMAL(18,4)', description: Expected margin of a purchase day after service and cost to serve, tests: [not_null]}
  contact_cost_monthly: {type: 'DECIMAL(18,4)', description: Contacts of the last 365 days a month, tests: [not_null]}
  predicted_value: {type: 'DECIMAL(18,4)', description: Predicted contribution over the horizon}
  predicted_reason: {type: VARCHAR, description: 'Why it is null, 0 or rests on NBD', tests: [{accepted_values: [left, too_few_repeat_buyers, no_third_orders, short_history, not_converged, collapsed]}]}
  total_value: {type: 'DECIMAL(18,4)', description: contribution + predicted_value; null without a forecast}
  tier: {type: VARCHAR, description: Tier, tests: [not_null, {accepted_values: [MVC, MGC, BZ, core, left]}]}
  tier_basis: {type: VARCHAR, description: Value that the tier rests on, tests: [not_null, {accepted_values: [predicted, historic]}]}
  peer_p75: {type: 'DECIMAL(18,4)', description: '75th percentile of the value of the peers; null unless active'}
  growth_gap: {type: 'DECIMAL(18,4)', description: 'How far the value lies below it; 0 above, null unless active'}
*/
with
  contacts as (
    select customer_id, money(sum(amount) / 12) as monthly
    from core.customer_costs
    where cost_kind = 'contact' and customer_id is not null and booked_on > as_of() - 365
    group by customer_id
  ),
  histories as (
    select
      c.*,
      h.has_left,
      h.state = 'active' as is_active,
      case when c.purchases >= 5 then 5 when c.purchases >= 3 then 3 else c.purchases end as purchase_band,
      ratio(c.gross_sales, c.purchases) as own_mean,
      ratio(c.net_sales - c.cost_of_goods + c.shipping - c.fulfilment, c.gross_sales) as own_rate,
      date_diff('day', c.first_purchase_on, c.last_purchase_on) as t_x,
      g.channel,
      coalesce(k.monthly, 0) as contact_cost_monthly
    from core.customers as c
    join churn.customers as h on h.customer_id = c.customer_id
    left join churn.channels as g on g.customer_id = c.customer_id
    left join contacts as k on k.customer_id = c.customer_id
  ),
  rated as (
    select
      h.*,
      a.forecast_model,
      a.forecast_reason,
      h.has_left and a.forecast_model is not null as is_gone,
      a.service_cost_per_purchase + a.cost_to_serve_per_purchase as serving_cost,
      monthly_annuity(a.horizon_months, a.discount_rate) as annuity,
      money(case when a.spend_model = 'mean' then h.own_mean else mean_spend(a.p, a.q, a.gamma, h.purchases, h.own_mean) end)
        as expected_purchase_value,
      cast(
        case
          when a.credibility_sales is null then a.margin_rate
          else coalesce(
            ratio(coalesce(h.own_rate, 0) * h.gross_sales + a.margin_rate * a.credibility_sales, h.gross_sales + a.credibility_sales),
            a.margin_rate
          )
        end as decimal(18, 9)
      ) as margin_rate
    from histories as h
    join ltv.assumptions as a on a.kind = h.kind
  ),
  forecast as (
    select
      r.*,
      money(times(r.expected_purchase_value, r.margin_rate) - r.serving_cost) as margin_per_purchase,
      cast(case when r.is_gone then 0 else s.expected end as decimal(18, 9)) as expected_purchases,
      cast(case when r.is_gone then 0 else s.discounted end as decimal(18, 9)) as discounted_purchases,
      cast(case when r.is_gone then 0 else s.variance end as decimal(28, 9)) as purchase_variance
    from rated as r
    -- Few rows: the join with the many scores is then one of equal values.
    left join churn.estimates as e on e.kind = r.kind and e.channel in ('all', r.channel)
    left join churn.scores as s
      on s.kind = r.kind and s.channel = e.channel and s.x = r.purchases - 1 and s.t_x = r.t_x and s.age = r.tenure_days
  ),
  predicted as (
    select
      *,
      money(
        case
          when is_gone then 0
          else times(margin_per_purchase, discounted_purchases) - contact_cost_monthly * annuity
        end
      ) as predicted_value
    from forecast
  ),
  valued as (
    select
      *,
      case when has_left then null when forecast_model is null then contribution else predicted_value end as value
    from predicted
  ),
  placed as (
    select
      *,
      quantile_cont(value, param('mvc_quantile')) over (partition by kind) as mvc_value,
      case
        when count(value) over (partition by kind, market, is_active, purchase_band) >= 20
        then quantile_cont(value, param('mgc_quantile')) over (partition by kind, market, is_active, purchase_band)
        else quantile_cont(value, param('mgc_quantile')) over (partition by kind, is_active, purchase_band)
      end as peer_value
    from valued
  )
select
  customer_id,
  kind,
  market,
  customer_class,
  acquisition_channel_kind,
  purchases,
  net_sales,
  contribution,
  acquisition_cost,
  money(own_mean) as mean_purchase,
  expected_purchase_value,
  margin_rate,
  expected_purchases,
  discounted_purchases,
  purchase_variance,
  margin_per_purchase,
  contact_cost_monthly,
  predicted_value,
  case when has_left then 'left' else forecast_reason end as predicted_reason,
  money(contribution + predicted_value) as total_value,
  case
    when has_left then 'left'
    when value < 0 then 'BZ'
    when value >= mvc_value then 'MVC'
    when is_active and value > 0 and contribution > 0 and peer_value - value >= param('mgc_threshold') then 'MGC'
    else 'core'
  end as tier,
  case when forecast_model is null then 'historic' else 'predicted' end as tier_basis,
  money(case when is_active then peer_value end) as peer_p75,
  money(case when is_active then greatest(0, peer_value - value) end) as growth_gap
from placed

/*
description: >
  What each channel earned in the last twelve complete months and the twelve before. contribution = trading margin
  less what the books charge the channel with (staging.costs: running it, serving its orders, winning its customers). New
  customers are those whose first order came through it; what they become worth is the later margin of those whose first year is over, from the
  first purchase within the three years to a year before the as-of day, against the mean of the same kind and market, channels drawn towards each other.
grain: 'one row a year and channel; none for documents without one'
columns:
  year: {type: VARCHAR, description: this or prior, tests: [not_null, {accepted_values: [this, prior]}]}
  channel_id: {type: VARCHAR, description: Channel; none without one, tests: [not_null]}
  orders: {type: BIGINT, description: Purchase orders, tests: [not_null]}
  buyers: {type: BIGINT, description: Known customers who bought through it, tests: [not_null]}
  list_sales: {type: 'DECIMAL(18,4)', description: Before discount, tests: [not_null]}
  discount: {type: 'DECIMAL(18,4)', description: Discount, tests: [not_null]}
  gross_sales: {type: 'DECIMAL(18,4)', description: After discount and before returns, tests: [not_null]}
  returned: {type: 'DECIMAL(18,4)', description: Value of returns booked in the year, tests: [not_null]}
  net_sales: {type: 'DECIMAL(18,4)', description: Sales after returns and adjustments, tests: [not_null]}
  net_sales_constant: {type: 'DECIMAL(18,4)', description: The same at the rates of the as-of day, tests: [not_null]}
  cost_of_goods: {type: 'DECIMAL(18,4)', description: Cost of the goods kept, tests: [not_null]}
  handling: {type: 'DECIMAL(18,4)', description: Shipping charged less fulfilment, tests: [not_null]}
  trading_margin: {type: 'DECIMAL(18,4)', description: net_sales − cost_of_goods + handling, tests: [not_null]}
  channel_cost: {type: 'DECIMAL(18,4)', description: Running the channel, tests: [not_null]}
  serving_cost: {type: 'DECIMAL(18,4)', description: Serving its orders, tests: [not_null]}
  acquisition_cost: {type: 'DECIMAL(18,4)', description: Winning its customers, tests: [not_null]}
  has_cost: {type: BOOLEAN, description: The books charge it with any cost, tests: [not_null]}
  contribution: {type: 'DECIMAL(18,4)', description: trading_margin − the three costs, tests: [not_null]}
  return_rate: {type: DOUBLE, description: returned ÷ gross_sales}
  contribution_rate: {type: DOUBLE, description: contribution ÷ net_sales}
  new_customers: {type: BIGINT, description: Customers whose first order came through it, tests: [not_null]}
  acquisition_cost_each: {type: DOUBLE, description: acquisition_cost ÷ new_customers; null without such a cost}
  valued_customers: {type: BIGINT, description: Customers whose later margin is known, tests: [not_null]}
  later_margin: {type: DOUBLE, description: Mean of it}
  value_difference: {type: DOUBLE, description: 'Their mean above that of the same kind and market, drawn towards the other channels; null below min_group'}
  value_error: {type: DOUBLE, description: Its standard error}
  value_standing: {type: VARCHAR, description: Its 95 % interval against 0, tests: [{accepted_values: [above, below, within]}]}
tests:
  - unique: [year, channel_id]
  - expression: contribution = trading_margin - channel_cost - serving_cost - acquisition_cost
*/
with
  documents as (
    select order_id, pack_year(booked_on) as year, coalesce(channel_id, 'none') as channel_id, customer_id, is_purchase, shipping - fulfilment as handling
    from core.documents
    where booked_on between year_before_from() and last_complete_day()
  ),
  goods as (
    select
      d.year, d.channel_id, sum(l.list_sales) as list_sales, sum(l.discount) as discount, sum(l.gross_sales) as gross_sales, sum(l.returned) as returned,
      sum(l.net_sales) as net_sales, sum(l.net_sales_constant) as net_sales_constant, sum(l.cost_of_goods) as cost_of_goods
    from documents as d
    join core.lines as l on l.order_id = d.order_id
    group by d.year, d.channel_id
  ),
  taken as (
    select
      year, channel_id, count(*) filter (where is_purchase) as orders, count(distinct customer_id) filter (where is_purchase) as buyers,
      sum(handling) as handling
    from documents
    group by year, channel_id
  ),
  sales as (
    select t.*, g.* exclude (year, channel_id)
    from taken as t
    left join goods as g on g.year = t.year and g.channel_id = t.channel_id
  ),
  charged as (
    select
      pack_year(month) as year,
      channel_id,
      sum(amount) filter (where kind = 'channel') as channel_cost,
      sum(amount) filter (where kind = 'cost_to_serve') as serving_cost,
      sum(amount) filter (where kind = 'acquisition') as acquisition_cost
    from staging.costs
    where channel_id is not null and kind in ('channel', 'cost_to_serve', 'acquisition') and month between year_before_from() and last_complete_day()
    group by all
  ),
  won as (
    select pack_year(first_on) as year, coalesce(channel_id, 'none') as channel_id, count(*) as new_customers
    from loyalty.starts
    where first_on between year_before_from() and last_complete_day()
    group by all
  ),
  peers as (
    select kind, market, ratio(sum(later_margin), count(*)) as mean
    from loyalty.starts
    where is_whole and first_on > as_of() - 3 * 365
    group by kind, market
  ),
  grown as (
    select
      coalesce(s.channel_id, 'none') as channel_id,
      count(*) as customers,
      ratio(sum(s.later_margin), count(*)) as later_margin,
      ratio(sum(money(s.later_margin - p.mean)), count(*)) as difference,
      squares_about_mean(money(s.later_margin - p.mean)) as squares
    from loyalty.starts as s
    join peers as p on p.kind = s.kind and p.market = s.market
    where s.is_whole and s.first_on > as_of() - 3 * 365
    group by coalesce(s.channel_id, 'none')
  ),
  -- Accounts scatter a hundred times as much as persons do: each channel by its own.
  chances as (
    select *, case when customers >= param('min_group') and squares > 0 then squares / (customers - 1) / customers end as chance
    from grown
  ),
  between_channels as (
    select between_variance(difference, chance) as tau2
    from chances
    where chance is not null
  ),
  pooled as (
    select pooled_mean(c.difference, c.chance, b.tau2) as mean, pooled_variance(c.chance, b.tau2) as variance
    from chances as c
    cross join between_channels as b
    where c.chance is not null
  ),
  worth as (
    select
      c.channel_id, c.customers, c.later_margin,
      shrunk(c.difference, c.chance, p.mean, b.tau2) as difference,
      shrunk_error(c.chance, b.tau2, p.variance) as error
    from chances as c
    cross join between_channels as b
    cross join pooled as p
  ),
  keys as (
    select year, channel_id from sales
    union
    select year, channel_id from charged
    union
    select year, channel_id from won
  ),
  joined as (
    select
      k.year,
      k.channel_id,
      coalesce(s.orders, 0) as orders,
      coalesce(s.buyers, 0) as buyers,
      money(coalesce(s.list_sales, 0)) as list_sales,
      money(coalesce(s.discount, 0)) as discount,
      money(coalesce(s.gross_sales, 0)) as gross_sales,
      money(coalesce(s.returned, 0)) as returned,
      money(coalesce(s.net_sales, 0)) as net_sales,
      money(coalesce(s.net_sales_constant, 0)) as net_sales_constant,
      money(coalesce(s.cost_of_goods, 0)) as cost_of_goods,
      money(coalesce(s.handling, 0)) as handling,
      money(coalesce(s.net_sales, 0) - coalesce(s.cost_of_goods, 0) + coalesce(s.handling, 0)) as trading_margin,
      money(coalesce(c.channel_cost, 0)) as channel_cost,
      money(coalesce(c.serving_cost, 0)) as serving_cost,
      money(coalesce(c.acquisition_cost, 0)) as acquisition_cost,
      c.channel_id is not null as has_cost,
      coalesce(n.new_customers, 0) as new_customers,
      coalesce(w.customers, 0) as valued_customers,
      w.later_margin,
      w.difference as value_difference,
      w.error as value_error
    from keys as k
    left join sales as s on s.year = k.year and s.channel_id = k.channel_id
    left join charged as c on c.year = k.year and c.channel_id = k.channel_id
    left join won as n on n.year = k.year and n.channel_id = k.channel_id
    left join worth as w on w.channel_id = k.channel_id
  )
select
  year, channel_id, orders, buyers, list_sales, discount, gross_sales, returned, net_sales, net_sales_constant, cost_of_goods, handling,
  trading_margin, channel_cost, serving_cost, acquisition_cost, has_cost,
  money(trading_margin - channel_cost - serving_cost - acquisition_cost) as contribution,
  ratio(returned, gross_sales) as return_rate,
  ratio(trading_margin - channel_cost - serving_cost - acquisition_cost, net_sales) as contribution_rate,
  new_customers,
  case when acquisition_cost > 0 then ratio(acquisition_cost, new_customers) end as acquisition_cost_each,
  valued_customers, later_margin, value_difference, value_error,
  standing(value_difference, value_error, 0) as value_standing
from joined

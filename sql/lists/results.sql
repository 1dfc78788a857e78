/*
description: >
  What each list brought. New customers are counted on net names that were drawn, and held against the control cell, by
  intention to treat: lift = share of the treated that became customers − share of the control, both by matching to the
  person alone, for no key code can come from who was sent none. Incremental customers = lift × treated; their value is the
  mean value of customers won from the list; payback = that value ÷ (list as billed + pieces + fixed cost of its campaigns).
  Its interval holds the doubt of both: 1.96 ×
  √(value² × variance of the lift + lift² × variance of the mean value) × treated ÷ cost. Without a control cell nothing is called incremental, and payback rests on the customers credited.
grain: one row a list
columns:
  list_id: {type: VARCHAR, description: List, tests: [unique, not_null]}
  net_names: {type: BIGINT, description: Net names, tests: [not_null]}
  treated: {type: BIGINT, description: Net names sent a piece, tests: [not_null]}
  control: {type: BIGINT, description: Net names held back at random, tests: [not_null]}
  captured_orders: {type: BIGINT, description: Orders with a key code of the list, tests: [not_null]}
  matched_orders: {type: BIGINT, description: 'Orders of treated names without a code, matched', tests: [not_null]}
  unmatched_customers: {type: BIGINT, description: New persons in the windows of its campaigns whose first order is credited to no list, tests: [not_null]}
  new_customers: {type: BIGINT, description: 'Customers won, from treated names', tests: [not_null]}
  treated_rate: {type: DOUBLE, description: Share of the treated that became customers}
  control_rate: {type: DOUBLE, description: Share of the control that became customers}
  lift: {type: DOUBLE, description: 'Treated less control'}
  lift_error: {type: DOUBLE, description: Half of the 95 % interval of the lift}
  incremental_customers: {type: DOUBLE, description: Lift × treated}
  list_cost: {type: 'DECIMAL(18,4)', description: 'The list, reporting currency'}
  contact_cost: {type: 'DECIMAL(18,4)', description: 'Pieces and fixed cost of its campaigns, reporting currency'}
  total_cost: {type: 'DECIMAL(18,4)', description: Both}
  cost_per_net_name: {type: DOUBLE, description: List cost a net name}
  cost_per_new_customer: {type: DOUBLE, description: Total cost a customer credited}
  cost_per_incremental_customer: {type: DOUBLE, description: 'Total cost a customer who would not have come; null where none'}
  customers_valued: {type: BIGINT, description: Customers whose value the mean is of, tests: [not_null]}
  mean_value: {type: DOUBLE, description: Mean value of a customer won from the list}
  mean_value_error: {type: DOUBLE, description: Half of its 95 % interval; null with fewer than two}
  value: {type: DOUBLE, description: Mean value × incremental customers (credited ones without a control)}
  payback: {type: DOUBLE, description: Value ÷ total cost}
  payback_low: {type: DOUBLE, description: Lower end of its 95 % interval; null without a control or with fewer than two customers valued}
  payback_high: {type: DOUBLE, description: Upper end}
  basis: {type: VARCHAR, description: What payback rests on, tests: [{accepted_values: [incremental, credited]}]}
  breaches: {type: BIGINT, description: Uses outside the licence, tests: [not_null]}
  decision: {type: VARCHAR, description: 'drop: the customers are not worth even the pieces; renegotiate: only the list''s price (or a bill above the terms, or a missing proof of consent) stands against it; buy_again; null: not used', tests: [{accepted_values: [buy_again, renegotiate, drop]}]}
*/
with
  -- Who became a customer by matching alone: the same yardstick for both cells.
  met as (
    select
      t.list_id,
      t.cell,
      coalesce(t.list_name_id, t.contact_id) as name,
      max(case when c.first_purchase_on between t.contacted_on and t.window_to and c.recorded_on >= l.delivered_on then 1 else 0 end) as became
    from lists.touches as t
    join staging.lists as l on l.list_id = t.list_id
    left join core.customers as c on c.customer_id = t.customer_id
    where t.is_net
    group by t.list_id, t.cell, coalesce(t.list_name_id, t.contact_id)
  ),
  cells as (
    select
      list_id,
      count(*) filter (where cell = 'treatment') as treated,
      count(*) filter (where cell = 'control') as control,
      avg(became) filter (where cell = 'treatment') as treated_rate,
      avg(became) filter (where cell = 'control') as control_rate
    from met
    group by list_id
  ),
  orders as (
    select
      list_id,
      count(*) filter (where level = 'key_code') as captured_orders,
      count(*) filter (where level <> 'key_code' and cell = 'treatment') as matched_orders
    from lists.matchback
    group by list_id
  ),
  won as (
    select
      list_id,
      count(*) filter (where cell = 'treatment') as new_customers,
      count(value) as customers_valued,
      avg(value) as mean_value,
      1.96 * sqrt(variance_of(sum(value), sum(squared(value)), count(value)) / count(value)) as mean_value_error
    from lists.responders
    group by list_id
  ),
  windows as (
    select distinct list_id, campaign_id, contacted_on, window_to
    from lists.touches
  ),
  others as (
    select w.list_id, count(distinct c.customer_id) as unmatched_customers
    from windows as w
    join core.customers as c on c.kind = 'person' and c.first_purchase_on between w.contacted_on and w.window_to
    left join lists.responders as r on r.customer_id = c.customer_id
    where r.customer_id is null
    group by w.list_id
  ),
  pieces as (
    select list_id, sum(cost) as cost
    from lists.touches
    group by list_id
  ),
  -- A campaign that reached several lists shares its fixed cost by the pieces sent.
  shares as (
    select
      list_id,
      campaign_id,
      ratio(count(*), sum(count(*)) over (partition by campaign_id)) as share
    from lists.touches
    where cell = 'treatment'
    group by list_id, campaign_id
  ),
  fixed as (
    select s.list_id, sum(times(k.fixed_cost, s.share)) as cost
    from shares as s
    join staging.campaigns as k on k.campaign_id = s.campaign_id
    group by s.list_id
  ),
  broken as (
    select list_id, count(*) as breaches, count(*) filter (where refusal = 'no_proof') as without_proof
    from lists.uses
    where not is_allowed
    group by list_id
  ),
  sums as (
    select
      i.list_id,
      i.net_names,
      coalesce(c.treated, 0) as treated,
      coalesce(c.control, 0) as control,
      coalesce(o.captured_orders, 0) as captured_orders,
      coalesce(o.matched_orders, 0) as matched_orders,
      coalesce(u.unmatched_customers, 0) as unmatched_customers,
      coalesce(w.new_customers, 0) as new_customers,
      c.treated_rate,
      c.control_rate,
      c.treated_rate - c.control_rate as lift,
      share_lift_error(c.treated_rate, c.treated, c.control_rate, c.control) as lift_error,
      i.cost as list_cost,
      money(coalesce(p.cost, 0) + coalesce(f.cost, 0)) as contact_cost,
      money(i.cost + coalesce(p.cost, 0) + coalesce(f.cost, 0)) as total_cost,
      coalesce(w.customers_valued, 0) as customers_valued,
      cast(w.mean_value as double) as mean_value,
      settled(w.mean_value_error) as mean_value_error,
      coalesce(b.breaches, 0) as breaches,
      i.state = 'too_high' as is_overcharged,
      coalesce(b.without_proof, 0) > 0 as is_without_proof
    from lists.invoices as i
    left join cells as c on c.list_id = i.list_id
    left join orders as o on o.list_id = i.list_id
    left join won as w on w.list_id = i.list_id
    left join others as u on u.list_id = i.list_id
    left join pieces as p on p.list_id = i.list_id
    left join fixed as f on f.list_id = i.list_id
    left join broken as b on b.list_id = i.list_id
  ),
  valued as (
    select
      *,
      case when lift is null then 'credited' else 'incremental' end as basis,
      mean_value * case when lift is null then new_customers else lift * treated end as value
    from sums
  ),
  paid as (
    select
      *,
      ratio(value, total_cost) as payback,
      ratio(sqrt((mean_value * lift_error) ** 2 + (lift * mean_value_error) ** 2) * treated, total_cost) as payback_error
    from valued
  )
select
  list_id, net_names, treated, control, captured_orders, matched_orders, unmatched_customers, new_customers, treated_rate,
  control_rate, lift, lift_error, lift * treated as incremental_customers, list_cost, contact_cost, total_cost,
  ratio(list_cost, net_names) as cost_per_net_name,
  ratio(total_cost, new_customers) as cost_per_new_customer,
  case when lift > 0 then ratio(total_cost, lift * treated) end as cost_per_incremental_customer,
  customers_valued, mean_value, mean_value_error, value, payback, payback - payback_error as payback_low,
  payback + payback_error as payback_high, basis, breaches,
  case
    when treated = 0 or payback is null then null
    when value < contact_cost then 'drop'
    when payback < 1 or is_overcharged or is_without_proof then 'renegotiate'
    else 'buy_again'
  end as decision
from paid

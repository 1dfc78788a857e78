/*
description: >
  The whole marketing programme since its first cost: what it cost, and what is proven to have come of it. Incremental margin is the sum
  over campaigns with a control group, its interval the root of the sum of squares of theirs; lists count with the value of the
  customers won beyond control, within the prediction's horizon, and stand apart, for it is not in the till yet. Attributed margin, of
  campaigns without a control, stands beside both and is added to nothing.
grain: one row in all; none without a cost
columns:
  from_month: {type: DATE, description: First month with a cost, tests: [not_null]}
  months: {type: BIGINT, description: Months up to the as-of day, tests: [not_null]}
  cost: {type: 'DECIMAL(18,4)', description: 'Programme, campaigns, contacts and lists', tests: [not_null]}
  tested_cost: {type: 'DECIMAL(18,4)', description: Of campaigns with a control group, tests: [not_null]}
  untested_cost: {type: 'DECIMAL(18,4)', description: Of campaigns without, tests: [not_null]}
  tested: {type: BIGINT, description: Campaigns with a control group, tests: [not_null]}
  untested: {type: BIGINT, description: Campaigns without, tests: [not_null]}
  incremental_margin: {type: DOUBLE, description: Of campaigns with a control group; null without any}
  incremental_low: {type: DOUBLE, description: Lower end of its 95 % interval}
  incremental_high: {type: DOUBLE, description: Upper end}
  attributed_margin: {type: 'DECIMAL(18,4)', description: Of campaigns without a control group, tests: [not_null]}
  list_value: {type: DOUBLE, description: Value of the customers won from lists beyond control; null without any}
  payback: {type: DOUBLE, description: Incremental margin / cost; null without either}
  payback_low: {type: DOUBLE, description: Lower end}
  payback_high: {type: DOUBLE, description: Upper end}
*/
with
  costs as (
    select min(month) as from_month, sum(amount) as cost
    from finance.costs
    where is_programme
    having sum(amount) > 0
  ),
  campaigns as (
    select
      count(*) filter (where basis = 'incremental') as tested,
      count(*) filter (where basis = 'attributed') as untested,
      coalesce(sum(cost) filter (where basis = 'incremental'), 0) as tested_cost,
      coalesce(sum(cost) filter (where basis = 'attributed'), 0) as untested_cost,
      sum(incremental_margin order by campaign_id) as incremental_margin,
      sqrt(sum(((incremental_high - incremental_low) / 2) ** 2 order by campaign_id)) as error,
      coalesce(sum(attributed_margin) filter (where basis = 'attributed'), 0) as attributed_margin
    from finance.initiatives
  ),
  won as (
    select sum(value order by list_id) filter (where basis = 'incremental') as list_value
    from lists.results
  )
select
  c.from_month,
  date_diff('month', c.from_month, as_of()) + 1 as months,
  money(c.cost) as cost,
  money(a.tested_cost) as tested_cost,
  money(a.untested_cost) as untested_cost,
  a.tested,
  a.untested,
  a.incremental_margin,
  a.incremental_margin - a.error as incremental_low,
  a.incremental_margin + a.error as incremental_high,
  money(a.attributed_margin) as attributed_margin,
  w.list_value,
  a.incremental_margin / cast(c.cost as double) as payback,
  (a.incremental_margin - a.error) / cast(c.cost as double) as payback_low,
  (a.incremental_margin + a.error) / cast(c.cost as double) as payback_high
from costs as c
cross join campaigns as a
cross join won as w

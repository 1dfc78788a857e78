/*
description: >
  What each list should cost by its terms, and what its owner billed. Billable names are the net names, or the floor's
  share of the gross where that is more; names not billed cost the run charge. The gross is what we counted; what the
  owner's own count would make of it stands beside it. Amounts are in the currency of the invoice, to the cent.
grain: one row a list
columns:
  list_id: {type: VARCHAR, description: List, tests: [unique, not_null]}
  currency: {type: VARCHAR, description: Currency of the invoice}
  gross_names: {type: BIGINT, description: Names delivered as we counted them, tests: [not_null]}
  owner_names: {type: BIGINT, description: Names delivered as the owner counts them}
  net_names: {type: BIGINT, description: Net names, tests: [not_null]}
  floor_names: {type: 'DECIMAL(18,4)', description: Least number that is billed}
  billable_names: {type: 'DECIMAL(18,4)', description: 'The greater of net names and floor'}
  expected_amount: {type: 'DECIMAL(18,2)', description: What the invoice should ask}
  expected_by_owner_count: {type: 'DECIMAL(18,2)', description: The same with the gross as the owner counts it}
  gross_amount: {type: 'DECIMAL(18,2)', description: What every name delivered would cost}
  billed_amount: {type: 'DECIMAL(18,2)', description: What the invoice asks; null when not yet billed}
  difference: {type: 'DECIMAL(18,2)', description: Billed less expected}
  state: {type: VARCHAR, description: What came of the check, tests: [{accepted_values: [as_agreed, too_high, too_low, not_billed, terms_missing]}]}
  rate: {type: 'DECIMAL(18,8)', description: Reporting currency for one unit on the day of delivery}
  cost: {type: 'DECIMAL(18,4)', description: 'What the list costs in reporting currency: as billed, else as expected'}
  overcharge: {type: 'DECIMAL(18,4)', description: The difference in reporting currency}
*/
with
  counted as (
    select
      list_id,
      sum(names) filter (where step = 'gross') as gross,
      sum(names) filter (where step = 'net') as net
    from lists.waterfall
    group by list_id
  ),
  billable as (
    select
      l.*,
      c.gross,
      c.net,
      coalesce(l.floor_share, 0) * c.gross as floor_of_gross,
      greatest(c.net, coalesce(l.floor_share, 0) * c.gross) as billable,
      greatest(c.net, coalesce(l.floor_share, 0) * l.gross_names) as owner_billable,
      coalesce(l.run_charge_per_thousand, 0) as run_charge,
      coalesce(l.selects_cost, 0) as selects
    from staging.lists as l
    join counted as c on c.list_id = l.list_id
  ),
  priced as (
    select
      *,
      list_price(gross, billable, price_per_thousand, run_charge, selects) as expected,
      list_price(gross_names, owner_billable, price_per_thousand, run_charge, selects) as by_owner,
      list_price(gross, gross, price_per_thousand, run_charge, selects) as all_names,
      cast(round(billed_amount, 2) as decimal(18, 2)) as billed
    from billable
  )
select
  p.list_id,
  p.currency,
  cast(p.gross as bigint) as gross_names,
  cast(p.gross_names as bigint) as owner_names,
  cast(p.net as bigint) as net_names,
  cast(p.floor_of_gross as decimal(18, 4)) as floor_names,
  cast(p.billable as decimal(18, 4)) as billable_names,
  p.expected as expected_amount,
  p.by_owner as expected_by_owner_count,
  p.all_names as gross_amount,
  p.billed as billed_amount,
  cast(p.billed - p.expected as decimal(18, 2)) as difference,
  case
    when p.expected is null then 'terms_missing'
    when p.billed is null then 'not_billed'
    when p.billed > p.expected then 'too_high'
    when p.billed < p.expected then 'too_low'
    else 'as_agreed'
  end as state,
  case when p.currency = text_param('reporting_currency') then cast(1 as decimal(18, 8)) else r.rate end as rate,
  times(coalesce(p.billed, p.expected), case when p.currency = text_param('reporting_currency') then 1 else r.rate end) as cost,
  times(p.billed - p.expected, case when p.currency = text_param('reporting_currency') then 1 else r.rate end) as overcharge
from priced as p
left join core.rates as r on r.currency = p.currency and r.rate_date = p.delivered_on

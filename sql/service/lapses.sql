/*
description: >
  Does a case cost us customers? Each first case of its kind is a purchase after which something went wrong; it is held against purchases of other
  customers who had no case until then and none about it, matched on kind, market, kind of channel, half-year, number of the purchase (1, 2,
  3–5, 6–10, more) and the gap before it (none, up to the median of their kind, longer). Lapsed: no purchase within lapse_days after it. difference = mean over the matched cases
  of lapsed less the lapsed share of their match. Handling: quick or slow by case_days, and well or badly where a reviewer judged it. Only purchases
  whose lapse_days are over count. It says what goes with a case beyond what is matched, not what else those customers differ in.
grain: one row a kind of case and handling
columns:
  case_kind: {type: VARCHAR, description: 'complaint, repair or service', tests: [not_null, {accepted_values: [service, repair, complaint]}]}
  handling: {type: VARCHAR, description: 'all, quick, slow, well or badly', tests: [not_null, {accepted_values: [all, quick, slow, well, badly]}]}
  cases: {type: BIGINT, description: Cases whose outcome is known, tests: [not_null]}
  matched: {type: BIGINT, description: 'Of these, with a match', tests: [not_null]}
  controls: {type: BIGINT, description: Purchases without a case in their strata, tests: [not_null]}
  lapse_share: {type: DOUBLE, description: Lapsed after the case, tests: [not_null]}
  control_share: {type: DOUBLE, description: 'Lapsed without one, at the mix of the cases', tests: [not_null]}
  difference: {type: DOUBLE, description: lapse_share − control_share, tests: [not_null]}
  error: {type: DOUBLE, description: Its standard error; null below min_group}
  standing: {type: VARCHAR, description: Its 95 % interval against 0, tests: [{accepted_values: [above, below, within]}]}
tests:
  - unique: [case_kind, handling]
*/
with
  first_cases as (
    select
      customer_id,
      case_kind,
      min({'opened_on': opened_on, 'case_id': case_id, 'purchased_on': purchased_on, 'is_late': is_late, 'handled_well': handled_well}) as first
    from service.cases
    where customer_id is not null and purchased_on is not null
    group by customer_id, case_kind
  ),
  troubles as (
    select
      customer_id, case_kind, first.purchased_on as purchased_on, first.is_late as is_late, first.handled_well as handled_well
    from first_cases
  ),
  -- From which purchase on a customer is one who had a case.
  touched as (
    select customer_id, min(first.purchased_on) as from_on
    from first_cases
    group by customer_id
  ),
  purchases as (
    select customer_id, purchase_number as number, min(ordered_on) as purchased_on, min(kind) as kind, min(channel_kind) as channel_kind
    from core.orders
    where customer_id is not null
    group by customer_id, purchase_number
  ),
  neighbours as (
    select
      *,
      lag(purchased_on) over (partition by customer_id order by number) as previous_on,
      lead(purchased_on) over (partition by customer_id order by number) as next_on
    from purchases
  ),
  placed as (
    select
      p.customer_id,
      p.purchased_on,
      t.from_on,
      case when p.next_on <= p.purchased_on + cast(h.lapse_days as integer) then 0 else 1 end as lapsed,
      p.kind,
      c.market,
      p.channel_kind,
      date_diff('month', date '2000-01-01', p.purchased_on) // 6 * 100
        + case when p.number <= 2 then p.number when p.number <= 5 then 3 when p.number <= 10 then 4 else 5 end * 10
        + case when p.purchased_on - p.previous_on <= h.median_gap_days then 1 when p.previous_on is not null then 2 else 0 end as way
    from neighbours as p
    join core.customers as c on c.customer_id = p.customer_id
    join churn.thresholds as h on h.kind = p.kind
    left join touched as t on t.customer_id = p.customer_id
    where p.purchased_on + cast(h.lapse_days as integer) <= as_of()
  ),
  counted as (
    select kind, market, channel_kind, way, count(*) as controls, ratio(sum(lapsed), count(*)) as share
    from placed
    where from_on is null or purchased_on < from_on
    group by kind, market, channel_kind, way
  ),
  controls as (
    select *, row_number() over () as stratum
    from counted
  ),
  cases as (
    select
      t.case_kind,
      unnest(['all', case when t.is_late then 'slow' when not t.is_late then 'quick' end, case when t.handled_well then 'well' when not t.handled_well then 'badly' end]) as handling,
      p.lapsed,
      c.stratum,
      c.controls,
      c.share
    from troubles as t
    join placed as p on p.customer_id = t.customer_id and p.purchased_on = t.purchased_on
    left join controls as c on c.kind = p.kind and c.market = p.market and c.channel_kind = p.channel_kind and c.way = p.way
  ),
  strata as (
    select
      case_kind, handling, stratum,
      count(*) as cases,
      sum(lapsed) as lapsed,
      any_value(controls) as controls,
      any_value(share) as share
    from cases
    where handling is not null
    group by case_kind, handling, stratum
  ),
  summed as (
    select
      case_kind,
      handling,
      cast(sum(cases) as bigint) as cases,
      cast(coalesce(sum(cases) filter (where controls > 0), 0) as bigint) as matched,
      cast(coalesce(sum(controls), 0) as bigint) as controls,
      cast(sum(lapsed) filter (where controls > 0) as double) as lapsed,
      sum(cases * share) as expected,
      sum(lapsed * pow(1 - share, 2) + (cases - lapsed) * pow(share, 2)) as squares,
      sum(pow(cases, 2) * share * (1 - share) / controls) as chance
    from strata
    group by case_kind, handling
  ),
  compared as (
    select
      *,
      (lapsed - expected) / matched as difference,
      -- Scatter of the cases about their match, and the chance in the matches' own shares.
      case when matched >= param('min_group')
        then sqrt((squares / matched - pow((lapsed - expected) / matched, 2)) / matched + chance / pow(matched, 2))
      end as error
    from summed
    where matched > 0
  )
select
  case_kind, handling, cases, matched, controls,
  lapsed / matched as lapse_share,
  round(expected / matched, 9) as control_share,
  round(difference, 9) as difference,
  round(error, 9) as error,
  standing(difference, error, 0) as standing
from compared

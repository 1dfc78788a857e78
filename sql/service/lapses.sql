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
    select
      p.customer_id,
      p.purchased_on,
      t.from_on,
      case when lead(p.purchased_on) over (partition by p.customer_id order by p.purchased_on) <= p.purchased_on + cast(h.lapse_days as integer)
        then 0 else 1 end as lapsed,
      p.purchased_on + cast(h.lapse_days as integer) <= as_of() as is_over,
      concat_ws(
        '/', p.kind, c.market, date_diff('month', date '2000-01-01', p.purchased_on) // 6,
        case when p.purchase_number <= 2 then p.purchase_number when p.purchase_number <= 5 then 3 when p.purchase_number <= 10 then 6 else 11 end,
        case when p.gap_days <= h.median_gap_days then 1 when p.gap_days is not null then 2 else 0 end
      ) as ways
    from core.purchases as p
    join core.customers as c on c.customer_id = p.customer_id
    join churn.thresholds as h on h.kind = p.kind
    left join touched as t on t.customer_id = p.customer_id
  ),
  channels as (
    select customer_id, ordered_on, min(channel_kind) as channel_kind
    from core.orders
    where customer_id is not null
    group by customer_id, ordered_on
  ),
  placed as (
    select p.customer_id, p.purchased_on, p.from_on, p.lapsed, concat_ws('/', p.ways, c.channel_kind) as stratum
    from purchases as p
    join channels as c on c.customer_id = p.customer_id and c.ordered_on = p.purchased_on
    where p.is_over
  ),
  controls as (
    select stratum, count(*) as controls, ratio(sum(lapsed), count(*)) as share
    from placed
    where from_on is null or purchased_on < from_on
    group by stratum
  ),
  cases as (
    select
      t.case_kind,
      unnest(['all', case when t.is_late then 'slow' when not t.is_late then 'quick' end, case when t.handled_well then 'well' when not t.handled_well then 'badly' end]) as handling,
      p.stratum,
      p.lapsed
    from troubles as t
    join placed as p on p.customer_id = t.customer_id and p.purchased_on = t.purchased_on
  ),
  matched as (
    select s.case_kind, s.handling, s.stratum, s.lapsed, c.controls, c.share
    from cases as s
    left join controls as c on c.stratum = s.stratum
    where s.handling is not null
  ),
  strata as (
    select
      case_kind, handling, stratum,
      count(*) as cases,
      sum(lapsed) as lapsed,
      any_value(controls) as controls,
      any_value(share) as share
    from matched
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

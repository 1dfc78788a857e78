/*
description: >
  Survival of subscriptions and accounts: the share still running after so many days, by Kaplan and Meier (1958), S = Π (1 − ended / at risk).
  Variance by Greenwood, S² Σ ended / (at risk × (at risk − ended)); the 95 % interval is taken on the scale of ln(−ln S), so that
  it stays within 0 and 1. Those that end on the day others are last seen are counted before these go.
grain: one row a kind of contract, plan (all among them) and number of days at which one ended
columns:
  contract_kind: {type: VARCHAR, description: subscription or account, tests: [not_null]}
  plan: {type: VARCHAR, description: 'Plan or class, or all', tests: [not_null]}
  days: {type: BIGINT, description: Days since the beginning, tests: [not_null]}
  at_risk: {type: BIGINT, description: Contracts watched for at least so long, tests: [not_null]}
  ended: {type: BIGINT, description: Those that ended after just so many days, tests: [not_null]}
  survival: {type: DOUBLE, description: Share still running after it, tests: [not_null, {range: {min: 0, max: 1}}]}
  standard_error: {type: DOUBLE, description: 'Greenwood; null once none is left'}
  lower: {type: DOUBLE, description: Lower end of the interval; null once none is left, tests: [{range: {min: 0, max: 1}}]}
  upper: {type: DOUBLE, description: Upper end, tests: [{range: {min: 0, max: 1}}]}
tests:
  - unique: [contract_kind, plan, days]
*/
with
  watched as (
    select contract_kind, plan, days, has_ended from churn.contracts
    union all
    select contract_kind, 'all', days, has_ended from churn.contracts
  ),
  steps as (
    select contract_kind, plan, days, count(*) as last_seen, count(*) filter (where has_ended) as ended
    from watched
    group by contract_kind, plan, days
  ),
  risks as (
    select
      *,
      cast(sum(last_seen) over (partition by contract_kind, plan order by days desc) as bigint) as at_risk
    from steps
  ),
  events as (
    select * from risks where ended > 0
  ),
  curves as (
    select
      *,
      bool_or(at_risk = ended) over to_here as is_out,
      sum(case when at_risk > ended then ln(1 - cast(ended as double) / at_risk) end) over to_here as log_survival,
      sum(case when at_risk > ended then cast(ended as double) / (cast(at_risk as double) * (at_risk - ended)) end) over to_here as greenwood
    from events
    window to_here as (partition by contract_kind, plan order by days)
  ),
  shares as (
    select
      *,
      case when is_out then 0 else exp(log_survival) end as survival,
      case when not is_out then sqrt(greenwood) / abs(log_survival) end as width
    from curves
  )
select
  contract_kind,
  plan,
  days,
  at_risk,
  ended,
  survival,
  case when not is_out then survival * sqrt(greenwood) end as standard_error,
  case when not is_out then exp(log_survival * exp(1.959963984540054 * width)) end as lower,
  case when not is_out then exp(log_survival * exp(-1.959963984540054 * width)) end as upper
from shares

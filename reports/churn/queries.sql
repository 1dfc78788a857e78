-- Churn and reactivation: who leaves, why, and who can be won back? The views of leaving side by side.

-- name: terms :one
select
  as_of() as as_of,
  (select horizon_days from churn.risk_choice) as horizon_days,
  (select max(lapse_days) filter (where kind = 'person') from churn.thresholds) as person_days,
  (select max(lapse_days) filter (where kind = 'organisation') from churn.thresholds) as organisation_days,
  (select judged_from from churn.risk_choice) as judged_from,
  (select learner from churn.risk_choice) as learner

-- name: periods :kept
-- Who lapsed and who came back in three complete months, against who could have. The lapsed at the start of a month are all
-- who lapsed before it less all who had come back.
with
months as (
  select month, sum(opening) as opening, sum(lapsed + left_customers) as lost, sum(reactivated) as reactivated,
    coalesce(sum(sum(lapsed)) over before - sum(sum(reactivated)) over before, 0) as lapsed_before
  from churn.movement
  group by month
  window before as (order by month rows between unbounded preceding and 1 preceding)
)
select p.comparison, sum(m.lost) as lost, sum(m.reactivated) as reactivated,
  min_by(m.opening, m.month) as opening, min_by(m.lapsed_before, m.month) as lapsed_before
from summary.periods as p
join months as m on m.month between p.from_on and p.to_on
where p.period = 'quarter' and p.is_covered
group by p.comparison

-- name: findings
with
base as (
  select * from churn.summary where kind = 'all' and market = 'all'
),
choice as (
  select * from churn.risk_choice
),
actions as (
  select action, count(*) as customers, sum(value) as value, sum(risk * cast(greatest(value, 0) as decimal(28, 4))) as at_stake
  from churn.risks
  group by action
),
last_month as (
  select contract_kind, month, churn_rate, opening, ended
  from churn.contract_months
  where opening > 0
  qualify row_number() over (partition by contract_kind order by month desc) = 1
),
known as (
  select sum(customers) as customers, sum(customers) filter (where cause = 'firm') as firm, sum(customers) filter (where cause = 'competitor') as competitor
  from churn.causes
  where kind = 'all' and cause <> 'unknown'
)
select 'state' as code, 1 as rank, null as tone,
  json_object('buyers', buyers, 'lapsed', lapsed, 'share', lapsed_share, 'left', left_customers, 'at_risk', at_risk) as arguments
from base
where buyers > 0
union all
-- Good or bad only where it is more than two standard errors apart.
select case when loss > before then 'loss_rose' else 'loss_fell' end, 1.5,
  case when abs(loss - before) < 2 * sqrt(loss * (1 - loss) / opening + before * (1 - before) / opening_before) then null when loss > before then 'bad' else 'good' end,
  json_object('loss', loss, 'change', loss - before, 'back', back, 'reactivated', reactivated)
from (
  select
    any_value(lost / nullif(opening, 0)) filter (where comparison = 'this') as loss,
    any_value(lost / nullif(opening, 0)) filter (where comparison = 'year_before') as before,
    any_value(opening) filter (where comparison = 'this') as opening,
    any_value(opening) filter (where comparison = 'year_before') as opening_before,
    any_value(reactivated / nullif(lapsed_before, 0)) filter (where comparison = 'this') as back,
    any_value(reactivated) filter (where comparison = 'this') as reactivated
  from periods
)
where loss <> before
union all
select 'alive', 2, null, json_object('customers', with_p_alive, 'alive', expected_alive)
from base
where with_p_alive > 0
union all
select 'no_alive', 2, 'bad', json_object('kind', kind, 'reason', alive_reason)
from churn.choice
where alive_reason is not null
union all
select case when beats_naive then 'model' else 'model_fails' end, 3, case when beats_naive then 'good' else 'bad' end,
  json_object('learner', learner, 'curve', area_under_curve, 'naive', naive_area_under_curve, 'days', horizon_days)
from choice
where learner is not null
union all
select 'no_model', 3, 'bad', json_object('reason', reason)
from choice
where reason is not null
union all
select 'save', 4, null, json_object('customers', customers, 'value', value)
from actions
where action = 'save' and customers > 0
union all
select 'win_back', 5, null, json_object('customers', customers, 'value', value)
from actions
where action = 'win_back' and customers > 0
union all
select 'causes', 6, null, json_object('customers', customers, 'firm_share', coalesce(firm, 0) / customers, 'competitor_share', coalesce(competitor, 0) / customers)
from known
where customers > 0
union all
select 'contracts', 7, null, json_object('kind', contract_kind, 'rate', churn_rate, 'ended', ended, 'month', month)
from last_month

-- name: kpis
with
three as (
  select
    any_value(lost / nullif(opening, 0)) filter (where comparison = 'this') as loss,
    any_value(lost / nullif(opening, 0)) filter (where comparison = 'prior') as loss_prior,
    any_value(lost / nullif(opening, 0)) filter (where comparison = 'year_before') as loss_before,
    any_value(reactivated / nullif(lapsed_before, 0)) filter (where comparison = 'this') as back,
    any_value(reactivated / nullif(lapsed_before, 0)) filter (where comparison = 'prior') as back_prior,
    any_value(reactivated / nullif(lapsed_before, 0)) filter (where comparison = 'year_before') as back_before
  from periods
)
select * from (
  select 1 as position, 'loss' as code, 'percent' as unit, loss as value, loss_prior as prior, loss_before as year_before, 'down' as good
  from three
  where loss is not null
  union all
  select 2, 'back', 'percent', back, back_prior, back_before, 'up' from three where back is not null
  union all
  select 3, 'lapsed_share', 'percent', lapsed_share, null, null, null from churn.summary where kind = 'all' and market = 'all' and buyers > 0
  union all
  select 4, 'to_save', 'count', count(*), null, null, null from churn.risks where action = 'save' having count(*) > 0
)
order by position

-- name: views
select
  state, count(*) as customers, avg(p_alive)::double as p_alive, avg(risk)::double as risk, sum(value) as value, false as is_total
from churn.risks
group by state
order by list_position(['active', 'at_risk', 'lapsed', 'left'], state)

-- name: grid
with
graded as (
  select
    case when risk < 0.25 then 'b1' when risk < 0.5 then 'b2' when risk < 0.75 then 'b3' else 'b4' end as band,
    case when value <= 0 then 'v4' when rank() over (order by value desc) <= 0.1 * count(*) over () then 'v1'
      when rank() over (order by value desc) <= 0.3 * count(*) over () then 'v2' else 'v3' end as tier,
    value
  from churn.risks
  where risk is not null
),
cells as (
  select * from (select unnest(['v1', 'v2', 'v3', 'v4']) as tier) cross join (select unnest(['b1', 'b2', 'b3', 'b4']) as band)
)
select c.tier, c.band, count(g.band) as customers, coalesce(sum(g.value), 0) as value
from cells as c
left join graded as g on g.tier = c.tier and g.band = c.band
where exists (from graded)
group by c.tier, c.band
order by c.tier, c.band

-- name: drivers
select distinct feature, place, share, 'primary' as tone
from churn.drivers
where share >= 0.01
order by place

-- name: driver_bins
select
  feature, rtrim(rtrim(printf('%.2f', above), '0'), '.') as above, rtrim(rtrim(printf('%.2f', up_to), '0'), '.') as up_to, customers, lost_share, exp(added::double) as odds, place, digit
from churn.drivers
where place <= 3 and digit > 0 and up_to is distinct from above
order by place, digit

-- name: reasons
select reason_1 as feature, count(*) as customers, sum(value) as value, avg(risk)::double as risk
from churn.risks
where action in ('save', 'win_back') and reason_1 is not null
group by reason_1
order by customers desc
limit 10

-- name: evidence
select model, area_under_curve, log_loss, brier, predicted, actual, is_chosen
from churn.risk_evidence
order by log_loss

-- name: calibration
select decile::varchar as decile, predicted_mean, actual_mean, customers
from churn.risk_calibration
order by risk_calibration.decile

-- name: causes
select cause, sum(customers)::bigint as customers, sum(left_customers)::bigint as left_customers,
  sum(customers) filter (where basis = 'declared')::bigint as declared, sum(customers) filter (where basis = 'complaint')::bigint as complaint,
  sum(customers) filter (where basis = 'survey')::bigint as survey, sum(share) as share
from churn.causes
where kind = 'all'
group by cause
order by list_position(['firm', 'competitor', 'customer', 'unknown'], cause)

-- name: accounts
select days, survival, lower, upper
from churn.survival
where contract_kind = 'account' and plan = 'all' and lower is not null
order by days

-- name: subscriptions
select days, survival, lower, upper
from churn.survival
where contract_kind = 'subscription' and plan = 'all' and lower is not null
order by days

-- name: lasting
with
marks as (
  select unnest([182, 365, 730, 1095]) as days
),
plans as (
  select contract_kind, plan, count(*) as contracts, count(*) filter (where has_ended) as ended, max(days) as longest
  from churn.contracts
  group by contract_kind, plan
)
select
  p.contract_kind, p.plan, p.contracts, p.ended,
  max(case when m.days = 365 and m.days <= p.longest then coalesce(s.survival, 1) end) as year_1,
  max(case when m.days = 730 and m.days <= p.longest then coalesce(s.survival, 1) end) as year_2,
  max(case when m.days = 1095 and m.days <= p.longest then coalesce(s.survival, 1) end) as year_3
from plans as p
cross join marks as m
left join lateral (
  select min(v.survival) as survival
  from churn.survival as v
  where v.contract_kind = p.contract_kind and v.plan = p.plan and v.days <= m.days
) as s on true
group by p.contract_kind, p.plan, p.contracts, p.ended
order by p.contract_kind, p.contracts desc

-- name: actions
select action, count(*) as customers, avg(risk)::double as risk, sum(value) as value, coalesce(sum(risk * cast(greatest(value, 0) as decimal(28, 4))), 0) as at_stake, false as is_total
from churn.risks
group by action
order by list_position(['save', 'win_back', 'keep', 'dissolve'], action)

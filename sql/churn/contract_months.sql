/*
description: Contractual churn by month, ended / running at the start of the month. Foots, month by month; a month that is not over is left out.
grain: one row a kind of contract and month
columns:
  contract_kind: {type: VARCHAR, description: subscription or account, tests: [not_null]}
  month: {type: DATE, description: First day, tests: [not_null]}
  opening: {type: BIGINT, description: Running at the start, tests: [not_null]}
  begun: {type: BIGINT, description: Begun in the month, tests: [not_null]}
  ended: {type: BIGINT, description: Ended in the month, tests: [not_null]}
  closing: {type: BIGINT, description: Running at the end, tests: [not_null]}
  churn_rate: {type: DOUBLE, description: 'Of those running at the start, the share that ended in the month; null where none ran'}
tests:
  - unique: [contract_kind, month]
  - expression: closing = opening + begun - ended
*/
with
  months as (
    select contract_kind, unnest(generate_series(month_of(min(started_on)), last_complete_day(), interval 1 month))::date as month
    from churn.contracts
    group by contract_kind
  )
select
  m.contract_kind,
  m.month,
  count(*) filter (where c.started_on < m.month and (c.ended_on is null or c.ended_on >= m.month)) as opening,
  count(*) filter (where month_of(c.started_on) = m.month) as begun,
  count(*) filter (where month_of(c.ended_on) = m.month) as ended,
  count(*) filter (where c.started_on <= last_day(m.month) and (c.ended_on is null or c.ended_on > last_day(m.month))) as closing,
  ratio(
    count(*) filter (where c.started_on < m.month and month_of(c.ended_on) = m.month),
    count(*) filter (where c.started_on < m.month and (c.ended_on is null or c.ended_on >= m.month))
  ) as churn_rate
from months as m
join churn.contracts as c on c.contract_kind = m.contract_kind
group by m.contract_kind, m.month

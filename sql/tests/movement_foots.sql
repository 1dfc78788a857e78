/*
description: >
  Opening is the closing of the month before, and the closing of each month is the number of customers active on its last day,
  counted one by one.
severity: error
*/
with
  counted as (
    select m.month, m.kind, m.market, count(s.customer_id) as active
    from churn.movement as m
    left join churn.spells as s
      on s.kind = m.kind and s.market = m.market
      and s.started_on <= least(last_day(m.month), as_of())
      and (s.ended_on is null or s.ended_on >= least(last_day(m.month), as_of()))
    group by m.month, m.kind, m.market
  ),
  followed as (
    select *, lag(closing) over (partition by kind, market order by month) as closing_before
    from churn.movement
  )
select f.month, f.kind, f.market, f.opening, f.closing_before, f.closing, c.active
from followed as f
join counted as c on c.month = f.month and c.kind = f.kind and c.market = f.market
where f.opening <> coalesce(f.closing_before, 0) or f.closing <> c.active

/*
description: 'The profit bridge: contribution of the earlier stretch, what moved it step by step, and contribution now. See finance.effects.'
grain: one row a pair of stretches and step
columns:
  period: {type: VARCHAR, description: 'month, quarter or year', tests: [not_null]}
  comparison: {type: VARCHAR, description: 'prior or year_before', tests: [not_null]}
  from_on: {type: DATE, description: First day, tests: [not_null]}
  position: {type: INTEGER, description: Order of the steps, tests: [not_null]}
  step: {type: VARCHAR, description: Step, tests: [not_null, {accepted_values: [before, new, returned, lost, volume, mix, price, discount, returns, goods, fulfilment, service, contact, exchange, now]}]}
  amount: {type: 'DECIMAL(18,4)', description: 'Contribution of a level, change of contribution of a step', tests: [not_null]}
  is_total: {type: BOOLEAN, description: A level and not a change, tests: [not_null]}
tests:
  - unique: [period, comparison, from_on, step]
*/
with
  levels as (
    select
      p.period, p.comparison, p.from_on,
      sum(m.contribution) filter (where m.month between p.before_from and p.before_to) as before,
      sum(m.contribution) filter (where m.month between p.from_on and p.to_on) as now
    from finance.pairs as p
    join core.months as m on m.month between p.before_from and p.before_to or m.month between p.from_on and p.to_on
    group by p.period, p.comparison, p.from_on
  ),
  steps as (
    select
      e.period, e.comparison, e.from_on,
      unnest(range(1, 16)) as place,
      unnest([
        'before', 'new', 'returned', 'lost', 'volume', 'mix', 'price', 'discount',
        'returns', 'goods', 'fulfilment', 'service', 'contact', 'exchange', 'now'
      ]) as step,
      unnest([
        money(coalesce(l.before, 0)), e.new_margin, e.returned_margin, e.lost_margin,
        e.volume, e.mix, e.price, e.discount,
        e.returns, e.goods, e.fulfilment, e.service,
        e.contact, e.exchange, money(coalesce(l.now, 0))
      ]) as amount
    from finance.effects as e
    left join levels as l on l.period = e.period and l.comparison = e.comparison and l.from_on = e.from_on
  )
select period, comparison, from_on, cast(place as integer) as position, step, amount, step in ('before', 'now') as is_total
from steps
order by period, comparison, from_on, position

/*
description: >
  Contribution before and every step of the profit bridge are the contribution now, to the last hundredth of a cent, for every pair of
  stretches; the steps come from lines and documents, the levels from the months.
severity: error
*/
select period, comparison, from_on,
  sum(amount) filter (where step <> 'now') as reached,
  sum(amount) filter (where step = 'now') as now
from finance.bridge
group by period, comparison, from_on
having sum(amount) filter (where step <> 'now') <> sum(amount) filter (where step = 'now') or count(*) <> 15

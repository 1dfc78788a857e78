/*
description: All 125 cells are there, each in one of the eleven segments, and each segment has a cell.
severity: error
*/
with
  scores (score) as (
    values (1), (2), (3), (4), (5)
  ),
  wanted as (
    select r.score as r, f.score as f, m.score as m
    from scores as r
    cross join scores as f
    cross join scores as m
  ),
  found as (
    select w.r, w.f, w.m, count(c.segment) as segments
    from wanted as w
    left join rfm.cells as c on c.r = w.r and c.f = w.f and c.m = w.m
    group by w.r, w.f, w.m
  )
select 'a cell without exactly one segment' as fault, r, f, m
from found
where segments <> 1
union all
select 'not eleven segments', count(distinct segment), null, null
from rfm.cells
having count(distinct segment) <> 11 or min(position) <> 1 or max(position) <> 11

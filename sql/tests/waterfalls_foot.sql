/*
description: >
  The names of each list, counted afresh in what was delivered, are the gross of its waterfall, and gross less every step
  is net.
severity: error
*/
with
  delivered as (
    select list_id, count(*) as names
    from (
      select list_id from staging.list_names
      union all
      select list_id from staging.list_rejects
    )
    group by list_id
  ),
  footed as (
    select
      list_id,
      sum(names) filter (where step = 'gross') as gross,
      sum(names) filter (where step not in ('gross', 'net')) as dropped,
      sum(names) filter (where step = 'net') as net
    from lists.waterfall
    group by list_id
  )
select l.list_id, d.names, f.gross, f.dropped, f.net
from lists.licences as l
left join delivered as d on d.list_id = l.list_id
left join footed as f on f.list_id = l.list_id
where coalesce(f.gross, -1) <> coalesce(d.names, 0) or f.gross + f.dropped <> f.net

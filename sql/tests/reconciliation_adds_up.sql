/*
description: The parts of core.reconciliation add up to all lines, and what was not cancelled is core.lines.
severity: error
*/
with
  sums as (
    select
      sum(lines) filter (where is_part) as parts,
      sum(lines) filter (where class = 'all') as lines,
      sum(net_amount) filter (where is_part) as amount_of_parts,
      sum(net_amount) filter (where class = 'all') as amount,
      sum(lines) filter (where is_part and class <> 'cancelled_order') as kept,
      sum(net_amount) filter (where is_part and class <> 'cancelled_order') as amount_kept
    from core.reconciliation
  ),
  lines as (
    select count(*) as lines, coalesce(sum(net_sales), 0) as amount
    from core.lines
  )
select s.*, l.lines as core_lines, l.amount as core_amount
from sums as s, lines as l
where s.parts <> s.lines or s.amount_of_parts <> s.amount or s.kept <> l.lines or s.amount_kept <> l.amount

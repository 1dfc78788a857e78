/*
description: >
  The 125 cells of recency × frequency × monetary scores and the one segment each belongs to.
grain: one row a cell
columns:
  r: {type: INTEGER, description: 'Recency score, 5 best', tests: [not_null, {range: {min: 1, max: 5}}]}
  f: {type: INTEGER, description: 'Frequency score, 5 best', tests: [not_null, {range: {min: 1, max: 5}}]}
  m: {type: INTEGER, description: 'Monetary score, 5 best', tests: [not_null, {range: {min: 1, max: 5}}]}
  cell: {type: INTEGER, description: 'The three digits, as 545', tests: [unique]}
  segment: {type: VARCHAR, description: Segment, tests: [not_null, {accepted_values: [Champions, Loyal, Potential Loyalist, New, Promising, Need Attention, About to Sleep, At Risk, Cannot Lose Them, Hibernating, Lost]}]}
  position: {type: INTEGER, description: 'Order of the segment, best first', tests: [{range: {min: 1, max: 11}}]}
tests:
  - row_count: {min: 125, max: 125}
  - unique: [r, f, m]
*/
with
  scores (score) as (
    values (1), (2), (3), (4), (5)
  ),
  cells as (
    select r.score as r, f.score as f, m.score as m
    from scores as r
    cross join scores as f
    cross join scores as m
  )
select
  r, f, m, 100 * r + 10 * f + m as cell, rfm_segment(r, f, m) as segment, rfm_position(rfm_segment(r, f, m)) as position
from cells
order by r, f, m

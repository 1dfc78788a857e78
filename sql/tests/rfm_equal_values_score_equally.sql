/*
description: Customers of a kind with equal recency, frequency or monetary value have the same score, and a better value never scores less.
severity: error
*/
with
  bins as (
    select
      kind,
      measure,
      score,
      low,
      high,
      lag(high) over (partition by kind, measure order by score) as high_below,
      lag(low) over (partition by kind, measure order by score) as low_below
    from rfm.bins
    where scoring = 'independent'
  )
select kind, measure, score, low, high
from bins
where (measure <> 'recency' and low <= high_below) or (measure = 'recency' and high >= low_below)

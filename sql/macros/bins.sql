-- Seven values at most that part a column into eighths, equal ones once: the upper ends of its bins but the last.
create or replace macro bin_edges(value) as
  list_sort(list_distinct(quantile_disc(value, [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875])));

-- The digit of a value's bin: 0 where there is none, else 1 and the number of edges below it.
create or replace macro bin_digit(value, edges) as
  case
    when value is null then '0'
    else cast(
      1
      + coalesce(cast(value > edges[1] as integer), 0)
      + coalesce(cast(value > edges[2] as integer), 0)
      + coalesce(cast(value > edges[3] as integer), 0)
      + coalesce(cast(value > edges[4] as integer), 0)
      + coalesce(cast(value > edges[5] as integer), 0)
      + coalesce(cast(value > edges[6] as integer), 0)
      + coalesce(cast(value > edges[7] as integer), 0) as varchar
    )
  end;

-- Mean and standard deviation from exact sums.
create or replace macro scale_of(total, squares, n) as {
  'mean': cast(total as double) / n,
  'deviation': sqrt(greatest(0, cast(squares as double) / n - (cast(total as double) / n) ** 2))
};

-- Distance from the mean in standard deviations, three at most; 0 where all are alike.
create or replace macro standardised(value, scale) as
  case
    when scale.deviation > 1e-6 then round(greatest(-3, least(3, (cast(value as double) - scale.mean) / scale.deviation)), 6)
    else 0.0
  end;

-- The score from 1 to 5 of a value by the bins of rfm.bins: by the least value of each score where more is better (frequency,
-- monetary), by the greatest where less is (recency). A value between two bins belongs to the lower one; a score may have no bin.
create or replace macro score_up(value, lows) as
  case when value >= lows[5] then 5 when value >= lows[4] then 4 when value >= lows[3] then 3 when value >= lows[2] then 2 else 1 end;
create or replace macro score_down(value, highs) as
  case when value <= highs[5] then 5 when value <= highs[4] then 4 when value <= highs[3] then 3 when value <= highs[2] then 2 else 1 end;
create or replace macro edges_of(edge, score, is_measure) as [
  min(edge) filter (where is_measure and score = 1),
  min(edge) filter (where is_measure and score = 2),
  min(edge) filter (where is_measure and score = 3),
  min(edge) filter (where is_measure and score = 4),
  min(edge) filter (where is_measure and score = 5)
];

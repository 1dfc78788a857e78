/*
description: >
  The edges and sizes of the bins behind the scores of the as-of day. Edges are values found in the bin. A bin can be empty or
  larger than a fifth where many customers share a value.
grain: one row a kind of customer, scoring, measure, parent bin and score that any customer has
tags: [whole_firm]
columns:
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  scoring: {type: VARCHAR, description: independent or nested, tests: [not_null, {accepted_values: [independent, nested]}]}
  measure: {type: VARCHAR, description: 'recency (days), frequency (purchase days) or monetary', tests: [not_null, {accepted_values: [recency, frequency, monetary]}]}
  parent_r: {type: INTEGER, description: Recency score the bin lies within; null for independent scores and for recency}
  parent_f: {type: INTEGER, description: Frequency score the bin lies within; null unless nested monetary}
  score: {type: INTEGER, description: 'Score, 5 best', tests: [not_null, {range: {min: 1, max: 5}}]}
  customers: {type: BIGINT, description: Customers in the bin, tests: [{range: {min: 1}}]}
  low: {type: 'DECIMAL(18,4)', description: Smallest value in the bin, tests: [not_null]}
  high: {type: 'DECIMAL(18,4)', description: Largest value in the bin, tests: [not_null]}
tests:
  - unique: [kind, scoring, measure, parent_r, parent_f, score]
  - expression: low <= high
*/
with
  scored as (
    select
      kind, 'independent' as scoring, 'recency' as measure, null as parent_r, null as parent_f, r as score,
      recency_days as value
    from rfm.customers
    union all
    select kind, 'independent', 'frequency', null, null, f, frequency
    from rfm.customers
    union all
    select kind, 'independent', 'monetary', null, null, m, monetary
    from rfm.customers
    union all
    select kind, 'nested', 'recency', null, null, nested_r, recency_days
    from rfm.customers
    union all
    select kind, 'nested', 'frequency', nested_r, null, nested_f, frequency
    from rfm.customers
    union all
    select kind, 'nested', 'monetary', nested_r, nested_f, nested_m, monetary
    from rfm.customers
  )
select
  kind,
  scoring,
  measure,
  cast(parent_r as integer) as parent_r,
  cast(parent_f as integer) as parent_f,
  score,
  count(*) as customers,
  money(min(value)) as low,
  money(max(value)) as high
from scored
group by kind, scoring, measure, parent_r, parent_f, score
order by kind, scoring, measure, parent_r, parent_f, score

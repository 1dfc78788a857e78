/*
description: >
  Recency, frequency and monetary value of every customer with a purchase in the window, and their scores from 1 to 5, at the
  as-of day, migration_days before it and a year ago. Persons and organisations are scored apart. Independent scores bin each measure by its
  own rank; nested scores (Hughes) bin frequency within recency and monetary within both. Equal values always score equally.
  Monetary is net of returns: those that name a purchase of the window, and those that name none and fall in it.
grain: one row a snapshot and customer with a purchase in the window
columns:
  snapshot: {type: VARCHAR, description: 'this, prior or year_ago', tests: [not_null, {accepted_values: [this, prior, year_ago]}]}
  scored_on: {type: DATE, description: Day of the snapshot, tests: [not_null]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  market: {type: VARCHAR, description: Market of the customer, tests: [not_null]}
  recency_days: {type: BIGINT, description: Days since the last purchase, tests: [{range: {min: 0}}]}
  frequency: {type: BIGINT, description: Purchase days in the window, tests: [{range: {min: 1}}]}
  monetary: {type: 'DECIMAL(18,4)', description: Net sales in the window, tests: [not_null]}
  margin: {type: 'DECIMAL(18,4)', description: Net sales less cost of goods in the window, tests: [not_null]}
  r: {type: INTEGER, description: Independent score of recency, tests: [{range: {min: 1, max: 5}}]}
  f: {type: INTEGER, description: Independent score of frequency, tests: [{range: {min: 1, max: 5}}]}
  m: {type: INTEGER, description: Independent score of monetary, tests: [{range: {min: 1, max: 5}}]}
  nested_r: {type: INTEGER, description: Nested score of recency (the independent one), tests: [{range: {min: 1, max: 5}}]}
  nested_f: {type: INTEGER, description: Score of frequency within nested_r, tests: [{range: {min: 1, max: 5}}]}
  nested_m: {type: INTEGER, description: Score of monetary within nested_r and nested_f, tests: [{range: {min: 1, max: 5}}]}
  cell: {type: INTEGER, description: 'The three independent scores, as 545', tests: [not_null]}
  segment: {type: VARCHAR, description: Segment of the cell, tests: [not_null]}
tests:
  - unique: [snapshot, customer_id]
*/
with
  snapshots as (
    select 'this' as snapshot, as_of() as scored_on
    union all
    select 'prior', as_of() - cast(param('migration_days') as integer)
    union all
    select 'year_ago', as_of() - 365
  ),
  windows as (
    select snapshot, scored_on, scored_on - cast(param('rfm_window_days') as integer) + 1 as from_on
    from snapshots
  ),
  buying as (
    select w.snapshot, p.customer_id, count(*) as frequency, max(p.purchased_on) as last_on
    from windows as w
    join core.purchases as p on p.purchased_on >= w.from_on and p.purchased_on <= w.scored_on
    group by w.snapshot, p.customer_id
  ),
  spending as (
    select w.snapshot, l.customer_id, sum(l.net_sales) as monetary, sum(l.margin) as margin
    from windows as w
    join core.lines as l on l.purchased_on >= w.from_on and l.booked_on <= w.scored_on
    where l.customer_id is not null
    group by w.snapshot, l.customer_id
  ),
  measured as (
    select
      w.snapshot,
      w.scored_on,
      b.customer_id,
      c.kind,
      c.market,
      date_diff('day', b.last_on, w.scored_on) as recency_days,
      b.frequency,
      money(s.monetary) as monetary,
      money(s.margin) as margin
    from buying as b
    join windows as w on w.snapshot = b.snapshot
    join spending as s on s.snapshot = b.snapshot and s.customer_id = b.customer_id
    join core.customers as c on c.customer_id = b.customer_id
  ),
  independent as (
    select
      *,
      fifth(
        rank() over (partition by snapshot, kind order by recency_days desc), count(*) over (partition by snapshot, kind)
      ) as r,
      fifth(rank() over (partition by snapshot, kind order by frequency), count(*) over (partition by snapshot, kind)) as f,
      fifth(rank() over (partition by snapshot, kind order by monetary), count(*) over (partition by snapshot, kind)) as m
    from measured
  ),
  nested_by_frequency as (
    select
      *,
      fifth(
        rank() over (partition by snapshot, kind, r order by frequency), count(*) over (partition by snapshot, kind, r)
      ) as nested_f
    from independent
  ),
  nested as (
    select
      *,
      fifth(
        rank() over (partition by snapshot, kind, r, nested_f order by monetary),
        count(*) over (partition by snapshot, kind, r, nested_f)
      ) as nested_m
    from nested_by_frequency
  )
select
  snapshot,
  scored_on,
  customer_id,
  kind,
  market,
  recency_days,
  frequency,
  monetary,
  margin,
  r,
  f,
  m,
  r as nested_r,
  nested_f,
  nested_m,
  100 * r + 10 * f + m as cell,
  rfm_segment(r, f, m) as segment
from nested

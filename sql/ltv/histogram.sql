/*
description: >
  How predicted values are spread: twenty bins of equal, round width that reach up to about the 95th percentile, one open bin
  below zero and one above. Who has left is not in it; without a forecast the table is empty.
grain: one row a kind of customer (and all) and bin
columns:
  kind: {type: VARCHAR, description: 'person, organisation or all', tests: [not_null]}
  bin: {type: INTEGER, description: '0 below zero, 1 to 20 upward, 21 above', tests: [not_null, {range: {min: 0, max: 21}}]}
  from_value: {type: 'DECIMAL(18,4)', description: Lower edge; null when open}
  to_value: {type: 'DECIMAL(18,4)', description: Upper edge; null when open}
  customers: {type: BIGINT, description: Customers, tests: [not_null]}
  mvc: {type: BIGINT, description: Those of tier MVC, tests: [not_null]}
  mgc: {type: BIGINT, description: Those of tier MGC, tests: [not_null]}
  core: {type: BIGINT, description: Those of tier core, tests: [not_null]}
  bz: {type: BIGINT, description: Those of tier BZ, tests: [not_null]}
tests:
  - unique: [kind, bin]
  - expression: customers = mvc + mgc + core + bz
*/
with
  own as (
    select kind, tier, predicted_value
    from ltv.customers
    where predicted_value is not null and tier <> 'left'
  ),
  grouped as (
    select * from own
    union all
    select 'all' as kind, tier, predicted_value from own
  ),
  spreads as (
    select kind, greatest(1, cast(quantile_cont(predicted_value, 0.95) as double)) / 20 as width
    from grouped
    group by kind
  ),
  scales as (
    select kind, width, pow(10, floor(log10(width))) as unit
    from spreads
  ),
  widths as (
    select
      kind,
      money(
        unit * case when width <= unit then 1 when width <= 2 * unit then 2 when width <= 5 * unit then 5 else 10 end
      ) as width
    from scales
  ),
  placed as (
    select
      g.kind,
      g.tier,
      cast(
        case when g.predicted_value < 0 then 0 else least(21, 1 + floor(g.predicted_value / w.width)) end as integer
      ) as bin
    from grouped as g
    join widths as w on w.kind = g.kind
  ),
  counted as (
    select
      kind,
      bin,
      count(*) as customers,
      count(*) filter (where tier = 'MVC') as mvc,
      count(*) filter (where tier = 'MGC') as mgc,
      count(*) filter (where tier = 'core') as core,
      count(*) filter (where tier = 'BZ') as bz
    from placed
    group by kind, bin
  ),
  bins as (
    select kind, width, cast(unnest(generate_series(0, 21)) as integer) as bin
    from widths
  )
select
  b.kind,
  b.bin,
  money(case when b.bin > 0 then (b.bin - 1) * b.width end) as from_value,
  money(case when b.bin < 21 then b.bin * b.width end) as to_value,
  coalesce(c.customers, 0) as customers,
  coalesce(c.mvc, 0) as mvc,
  coalesce(c.mgc, 0) as mgc,
  coalesce(c.core, 0) as core,
  coalesce(c.bz, 0) as bz
from bins as b
left join counted as c on c.kind = b.kind and c.bin = b.bin
order by b.kind, b.bin

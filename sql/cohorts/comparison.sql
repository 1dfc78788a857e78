/*
description: >
  Newer against older customers at the same age. Newer: first purchases of the three latest months whose every customer has been
  watched for the days of the measure; older: the same months a year before, so that the season is the same. Difference with its 95 %
  interval, 1.96 √(variance / n of both): beyond noise where it does not hold zero. With fewer than thirty customers on either side
  there is no interval.
grain: one row a measure, dimension and member with customers on both sides
columns:
  measure: {type: VARCHAR, description: 'second_90: ordered again within 90 days; contribution_90, _180, _365: contribution of the first so many days', tests: [not_null]}
  dimension: {type: VARCHAR, description: What the members are, tests: [not_null, {accepted_values: [all, kind, market, channel_kind]}]}
  member: {type: VARCHAR, description: 'Member, all for the whole', tests: [not_null]}
  from_month: {type: DATE, description: First month of the newer, tests: [not_null]}
  to_month: {type: DATE, description: Last month of the newer, tests: [not_null]}
  newer: {type: BIGINT, description: Newer customers, tests: [not_null]}
  older: {type: BIGINT, description: Older customers, tests: [not_null]}
  newer_mean: {type: DOUBLE, description: Mean of the newer, tests: [not_null]}
  older_mean: {type: DOUBLE, description: Mean of the older, tests: [not_null]}
  difference: {type: DOUBLE, description: Newer less older, tests: [not_null]}
  low: {type: DOUBLE, description: Lower end of its interval}
  high: {type: DOUBLE, description: Upper end}
  is_beyond_noise: {type: BOOLEAN, description: The interval does not hold zero; null without one}
tests:
  - unique: [measure, dimension, member]
*/
with
  measures (measure, days) as (
    values ('second_90', 90), ('contribution_90', 90), ('contribution_180', 180), ('contribution_365', 365)
  ),
  -- The last month all of whose customers were watched for the days.
  months as (
    select measure, days, month_shift(month_of(as_of() - days + 1), -1) as to_month
    from measures
  ),
  placed as (
    select
      m.measure,
      m.to_month,
      date_diff('month', c.cohort, m.to_month) < 12 as is_newer,
      c.kind, c.market, c.channel_kind,
      cast(case m.measure
        when 'second_90' then cast(coalesce(c.days_to_second <= 90, false) as integer)
        when 'contribution_90' then c.contribution_90
        when 'contribution_180' then c.contribution_180
        else c.contribution_365
      end as decimal(18, 4)) as value
    from months as m
    join cohorts.customers as c
      on date_diff('month', c.cohort, m.to_month) between 0 and 2 or date_diff('month', c.cohort, m.to_month) between 12 and 14
  ),
  -- Exact sums, so that two builds agree to the last bit.
  sides as (
    select
      measure, to_month, is_newer,
      case
        when grouping(kind) = 0 then 'kind' when grouping(market) = 0 then 'market' when grouping(channel_kind) = 0 then 'channel_kind' else 'all'
      end as dimension,
      coalesce(kind, market, channel_kind, 'all') as member,
      count(*) as n,
      cast(sum(value) as double) / count(*) as mean,
      cast(sum(cast(value as decimal(18, 2)) * cast(value as decimal(18, 2))) as double) / count(*) as mean_square
    from placed
    group by grouping sets ((measure, to_month, is_newer), (measure, to_month, is_newer, kind), (measure, to_month, is_newer, market), (measure, to_month, is_newer, channel_kind))
  ),
  beside as (
    select
      a.measure, a.dimension, a.member, a.to_month, a.n as newer, b.n as older, a.mean as newer_mean, b.mean as older_mean,
      a.mean - b.mean as difference,
      case when least(a.n, b.n) >= 30 then
        1.96 * sqrt(greatest(0, a.mean_square - a.mean ** 2) / a.n + greatest(0, b.mean_square - b.mean ** 2) / b.n)
      end as error
    from sides as a
    join sides as b on b.measure = a.measure and b.dimension = a.dimension and b.member = a.member and a.is_newer and not b.is_newer
  )
select
  measure,
  dimension,
  member,
  month_shift(to_month, -2) as from_month,
  to_month,
  newer,
  older,
  newer_mean,
  older_mean,
  difference,
  difference - error as low,
  difference + error as high,
  abs(difference) > error as is_beyond_noise
from beside
order by measure, dimension, member

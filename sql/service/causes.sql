/*
description: Cases of the last twelve complete months and the twelve before, by cause and by subject, with how long they took and what they cost.
grain: 'one row a year, kind of case (all too), dimension and member'
columns:
  year: {type: VARCHAR, description: this or prior, tests: [not_null, {accepted_values: [this, prior]}]}
  case_kind: {type: VARCHAR, description: 'service, repair, complaint or all', tests: [not_null]}
  dimension: {type: VARCHAR, description: 'all, cause or subject', tests: [not_null, {accepted_values: [all, cause, subject]}]}
  member: {type: VARCHAR, description: all; cause; or subject, tests: [not_null]}
  cases: {type: BIGINT, description: Cases opened, tests: [not_null]}
  open: {type: BIGINT, description: Still open at the as-of day, tests: [not_null]}
  late: {type: BIGINT, description: Took longer than case_days, tests: [not_null]}
  again: {type: BIGINT, description: Follow a case on the same order, tests: [not_null]}
  judged: {type: BIGINT, description: Judged by the reviewer, tests: [not_null]}
  well: {type: BIGINT, description: 'Of these, handled well', tests: [not_null]}
  median_days: {type: DOUBLE, description: Median days to closing}
  slow_days: {type: DOUBLE, description: Days that one in ten took longer than}
  cost: {type: 'DECIMAL(18,4)', description: What they cost, tests: [not_null]}
tests:
  - unique: [year, case_kind, dimension, member]
*/
with
  counted as (
    select
      *,
      pack_year(opened_on) as year,
      coalesce(subject, 'unknown') as told
    from service.cases
    where pack_year(opened_on) is not null
  )
select
  year,
  coalesce(case_kind, 'all') as case_kind,
  case when grouping(cause) = 0 then 'cause' when grouping(told) = 0 then 'subject' else 'all' end as dimension,
  case when grouping(cause) = 0 then cause when grouping(told) = 0 then told else 'all' end as member,
  count(*) as cases,
  count(*) filter (where closed_on is null) as open,
  count(*) filter (where is_late) as late,
  count(*) filter (where is_again) as again,
  count(handled_well) as judged,
  count(*) filter (where handled_well) as well,
  quantile_cont(days, 0.5) as median_days,
  quantile_cont(days, 0.9) as slow_days,
  money(sum(cost)) as cost
from counted
group by grouping sets ((year), (year, case_kind), (year, cause), (year, case_kind, cause), (year, case_kind, told))

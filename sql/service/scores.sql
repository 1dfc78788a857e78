/*
description: >
  What customers say, always with how many were asked and how many answered. NPS = share of 9 and 10 less share of 0 to 6;
  CSAT = share of the top two of five. Counted by the day of sending. Answers outside the scale are no answers.
  What was planned for NPS, the mean of the months of the span that have a target and have begun, stands beside it.
grain: 'one row a question, span (a quarter, the last twelve complete months, the twelve before), dimension and member'
columns:
  question: {type: VARCHAR, description: NPS or CSAT, tests: [not_null, {accepted_values: [NPS, CSAT]}]}
  span: {type: VARCHAR, description: 'quarter, this (twelve months) or prior', tests: [not_null, {accepted_values: [quarter, this, prior]}]}
  from_on: {type: DATE, description: First day of the span, tests: [not_null]}
  dimension: {type: VARCHAR, description: 'all, area or market', tests: [not_null, {accepted_values: [all, area, market]}]}
  member: {type: VARCHAR, description: all; area; or market, tests: [not_null]}
  asked: {type: BIGINT, description: Questionnaires sent, tests: [not_null]}
  answers: {type: BIGINT, description: Answered, tests: [not_null]}
  response_rate: {type: DOUBLE, description: answers ÷ asked, tests: [not_null, {range: {min: 0, max: 1}}]}
  top: {type: BIGINT, description: 'NPS: 9 and 10; CSAT: 4 and 5', tests: [not_null]}
  bottom: {type: BIGINT, description: 'NPS: 0 to 6; CSAT: 1 and 2', tests: [not_null]}
  score: {type: DOUBLE, description: 'NPS (−1 to 1), or the top-two share; null without answers'}
  low: {type: DOUBLE, description: Lower end of its 95 % interval}
  high: {type: DOUBLE, description: Upper end}
  target: {type: DOUBLE, description: 'Planned NPS (−1 to 1) of all or of the market; null without one, and for CSAT'}
tests:
  - unique: [question, span, from_on, dimension, member]
  - expression: answers <= asked and top + bottom <= answers
*/
with
  asked as (
    select
      s.kind as question,
      s.sent_on,
      case when s.answered_on <= as_of() and s.score between case s.kind when 'NPS' then 0 else 1 end and case s.kind when 'NPS' then 10 else 5 end
        then s.score end as score,
      coalesce(s.area, 'unknown') as area,
      coalesce(c.market, 'unknown') as market
    from staging.surveys as s
    left join identity.clusters as k
      on k.record_kind = case when s.person_id is not null then 'person' else 'organisation' end
      and k.record_id = coalesce(s.person_id, s.organisation_id)
    left join core.customers as c on c.customer_id = k.customer_id
    where s.sent_on <= as_of()
  ),
  counted as (
    select
      question,
      pack_year(sent_on) as year,
      cast(date_trunc('quarter', sent_on) as date) as quarter,
      area,
      market,
      count(*) as asked,
      count(score) as answers,
      count(*) filter (where score >= case question when 'NPS' then 9 else 4 end) as top,
      count(*) filter (where score <= case question when 'NPS' then 6 else 2 end) as bottom
    from asked
    group by all
  ),
  spans as (
    select *, unnest(['quarter', year]) as span, unnest([quarter, case year when 'this' then year_from() else year_before_from() end]) as from_on
    from counted
  ),
  members as (
    select *, unnest(['all', 'area', 'market']) as dimension, unnest(['all', area, market]) as member
    from spans
    where span is not null
  ),
  summed as (
    select
      question, span, from_on, dimension, member,
      cast(sum(asked) as bigint) as asked,
      cast(sum(answers) as bigint) as answers,
      cast(sum(top) as bigint) as top,
      cast(sum(bottom) as bigint) as bottom
    from members
    group by question, span, from_on, dimension, member
  ),
  planned as (
    select
      coalesce(market, 'all') as member,
      unnest(['quarter', pack_year(month)]) as span,
      unnest([
        cast(date_trunc('quarter', month) as date), case pack_year(month) when 'this' then year_from() when 'prior' then year_before_from() end
      ]) as from_on,
      value
    from staging.targets
    where metric = 'nps' and month <= as_of()
  ),
  targets as (
    select 'NPS' as question, span, from_on, case member when 'all' then 'all' else 'market' end as dimension, member, sum(value) / count(*) / 100 as target
    from planned
    where span is not null
    group by span, from_on, member
  )
select
  s.question, s.span, s.from_on, s.dimension, s.member, asked, answers,
  ratio(answers, asked) as response_rate,
  top,
  bottom,
  case s.question when 'NPS' then nps(top, bottom, answers) else ratio(top, answers) end as score,
  case s.question when 'NPS' then nps(top, bottom, answers) - 1.96 * nps_error(top, bottom, answers) else wilson_low(top, answers) end as low,
  case s.question when 'NPS' then nps(top, bottom, answers) + 1.96 * nps_error(top, bottom, answers) else wilson_high(top, answers) end as high,
  t.target
from summed as s
left join targets as t
  on t.question = s.question and t.span = s.span and t.from_on = s.from_on and t.dimension = s.dimension and t.member = s.member

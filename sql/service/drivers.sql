/*
description: >
  What goes with a good or a bad answer to the question of recommendation, over answers to questionnaires of the last twenty-four complete months. Groups: the worst case
  opened in the 365 days before it was sent (none; settled; badly: judged so, or late where nobody judged), kind of channel, market and store of the
  last order before it. pull = share of all answers × (NPS of the group − NPS of the others): how many points the
  whole NPS would move if the group were like the others.
grain: one row a dimension and member with at least min_group answers
columns:
  dimension: {type: VARCHAR, description: 'case, channel_kind, market or store', tests: [not_null, {accepted_values: [case, channel_kind, market, store]}]}
  member: {type: VARCHAR, description: Group, tests: [not_null]}
  answers: {type: BIGINT, description: Answers, tests: [not_null]}
  share: {type: DOUBLE, description: Of all answers, tests: [not_null, {range: {min: 0, max: 1}}]}
  nps: {type: DOUBLE, description: NPS of the group, tests: [not_null]}
  rest_nps: {type: DOUBLE, description: NPS of all others; null without others}
  difference: {type: DOUBLE, description: nps − rest_nps}
  error: {type: DOUBLE, description: Its standard error}
  standing: {type: VARCHAR, description: Its 95 % interval against 0, tests: [{accepted_values: [above, below, within]}]}
  pull: {type: DOUBLE, description: share × difference}
tests:
  - unique: [dimension, member]
*/
with
  answers as (
    select
      s.survey_id, s.sent_on, k.customer_id, nps_group(s.score) as opinion
    from staging.surveys as s
    join identity.clusters as k
      on k.record_kind = case when s.person_id is not null then 'person' else 'organisation' end
      and k.record_id = coalesce(s.person_id, s.organisation_id)
    where s.kind = 'NPS' and s.score between 0 and 10 and s.answered_on <= as_of()
      and s.sent_on between year_before_from() and last_complete_day()
  ),
  last_orders as (
    select
      a.survey_id,
      max({'ordered_on': o.ordered_on, 'order_id': o.order_id, 'channel_kind': o.channel_kind, 'market': o.market, 'store_id': o.store_id}) as last
    from answers as a
    join core.orders as o on o.customer_id = a.customer_id and o.ordered_on < a.sent_on
    group by a.survey_id
  ),
  troubles as (
    select a.survey_id, max(case when c.handled_well is null then c.is_late when c.handled_well then false else true end) as is_bad
    from answers as a
    join service.cases as c on c.customer_id = a.customer_id and c.opened_on between a.sent_on - 365 and a.sent_on - 1
    group by a.survey_id
  ),
  placed as (
    select
      unnest(['case', 'channel_kind', 'market', 'store']) as dimension,
      unnest([
        case when t.survey_id is null then 'none' when t.is_bad then 'badly' else 'settled' end,
        l.last.channel_kind, l.last.market, l.last.store_id
      ]) as member,
      a.opinion
    from answers as a
    left join last_orders as l on l.survey_id = a.survey_id
    left join troubles as t on t.survey_id = a.survey_id
  ),
  groups as (
    select
      dimension, member, count(*) as answers,
      count(*) filter (where opinion = 'promoter') as promoters,
      count(*) filter (where opinion = 'detractor') as detractors
    from placed
    where member is not null
    group by dimension, member
  ),
  totals as (
    select count(*) as answers, count(*) filter (where opinion = 'promoter') as promoters, count(*) filter (where opinion = 'detractor') as detractors
    from answers
  ),
  compared as (
    select
      g.*,
      g.answers / t.answers as share,
      nps(g.promoters, g.detractors, g.answers) as nps,
      nps(t.promoters - g.promoters, t.detractors - g.detractors, t.answers - g.answers) as rest_nps,
      sqrt(
        pow(nps_error(g.promoters, g.detractors, g.answers), 2)
        + pow(nps_error(t.promoters - g.promoters, t.detractors - g.detractors, t.answers - g.answers), 2)
      ) as error
    from groups as g
    cross join totals as t
    where g.answers >= param('min_group')
  )
select
  dimension, member, answers, share, nps, rest_nps,
  nps - rest_nps as difference,
  error,
  standing(nps - rest_nps, error, 0) as standing,
  share * (nps - rest_nps) as pull
from compared

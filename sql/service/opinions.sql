/*
description: >
  The last answer of each customer to the question of recommendation (NPS): promoter 9 or 10, passive 7 or 8, detractor 0 to 6.
grain: one row a customer who answered
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null, unique]}
  answered_on: {type: DATE, description: Day of the answer, tests: [not_null]}
  area: {type: VARCHAR, description: What was asked about}
  score: {type: INTEGER, description: Answer, tests: [not_null, {range: {min: 0, max: 10}}]}
  opinion: {type: VARCHAR, description: Group of the answer, tests: [not_null, {accepted_values: [promoter, passive, detractor]}]}
*/
with
  answers as (
    select
      k.customer_id,
      max({'answered_on': s.answered_on, 'survey_id': s.survey_id, 'area': s.area, 'score': s.score}) as last
    from staging.surveys as s
    join identity.clusters as k
      on k.record_kind = case when s.person_id is not null then 'person' else 'organisation' end
      and k.record_id = coalesce(s.person_id, s.organisation_id)
    where s.kind = 'NPS' and s.answered_on <= as_of() and s.score between 0 and 10
    group by k.customer_id
  )
select
  customer_id,
  last.answered_on as answered_on,
  last.area as area,
  last.score as score,
  nps_group(last.score) as opinion
from answers

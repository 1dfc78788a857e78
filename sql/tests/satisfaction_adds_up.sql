/*
description: Questionnaires by area and by market add up to all, and cases by kind and by cause to all cases.
severity: error
*/
with
  scores as (
    select question, span, from_on, dimension, sum(asked) as n, sum(answers) as m
    from service.scores
    group by question, span, from_on, dimension
  ),
  cases as (
    select year, case_kind = 'all' as is_all, dimension, sum(cases) as n, sum(cost) as m
    from service.causes
    where dimension <> 'subject'
    group by all
  )
select s.question as what, s.dimension, s.n, a.n as of_all
from scores as s
join scores as a on a.question = s.question and a.span = s.span and a.from_on = s.from_on and a.dimension = 'all'
where s.n <> a.n or s.m <> a.m
union all
select s.year, s.dimension, s.n, a.n
from cases as s
join cases as a on a.year = s.year and a.is_all and a.dimension = 'all'
where s.n <> a.n or s.m <> a.m

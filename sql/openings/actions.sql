/*
description: >
  The five largest market openings as actions: prove it on a test before paying for all of it. The prize is the lower end of what closing
  the gap would bring; openings of a market and of its regions overlap.
grain: one row an action
columns:
  report: {type: VARCHAR, description: Page, tests: [not_null]}
  action: {type: VARCHAR, description: 'open_ and the rank of the opening', tests: [not_null, unique]}
  owner: {type: VARCHAR, description: Who decides, tests: [not_null]}
  customers: {type: BIGINT, description: Customers in the audience}
  prize: {type: 'DECIMAL(18,4)', description: 'Worth a year in reporting currency; null unknown'}
  audience: {type: VARCHAR, description: Model that holds the audience}
*/
select
  'customer-base' as report,
  a.action,
  'sales' as owner,
  count(*) as customers,
  any_value(g.size_low) as prize,
  'openings.audiences' as audience
from openings.audiences as a
join openings.gaps as g on g.rank = a.rank
where a.rank <= 5
group by a.action, a.rank
order by a.rank

/*
description: >
  Life events as occasions to write to who had one lately. What a letter adds to the purchases that come of themselves nobody knows
  before a test against a control group: there is no prize.
grain: one row an action
columns:
  report: {type: VARCHAR, description: Page, tests: [not_null]}
  action: {type: VARCHAR, description: Kind of event, tests: [not_null, unique]}
  owner: {type: VARCHAR, description: Who decides, tests: [not_null]}
  customers: {type: BIGINT, description: Customers in the audience}
  prize: {type: 'DECIMAL(18,4)', description: 'Worth a year in reporting currency; null unknown'}
  audience: {type: VARCHAR, description: Model that holds the audience}
*/
select
  'customer-base' as report,
  action,
  'marketing' as owner,
  count(*) as customers,
  cast(null as decimal(18, 4)) as prize,
  'triggers.audiences' as audience
from triggers.audiences
group by action
order by action

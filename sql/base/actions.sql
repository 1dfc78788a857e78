/*
description: What the page of the customer base asks for. The prize of keeping is what is at stake, by contribution of the last year and risk.
grain: one row an action
columns:
  report: {type: VARCHAR, description: Page, tests: [not_null]}
  action: {type: VARCHAR, description: Action, tests: [not_null, unique]}
  owner: {type: VARCHAR, description: Who decides, tests: [not_null]}
  customers: {type: BIGINT, description: Customers in the audience}
  prize: {type: 'DECIMAL(18,4)', description: 'Worth a year in reporting currency; null unknown'}
  audience: {type: VARCHAR, description: Model that holds the audience}
*/
select
  'customer-base' as report,
  action,
  'customer_care' as owner,
  count(*) as customers,
  money(sum(at_stake)) as prize,
  'base.audiences' as audience
from base.audiences
group by action

/*
description: >
  What the page of campaigns asks for, with its owner and the size of the prize a year. send_next: one more run of each offer
  rolled out, to its next targets, fixed cost taken off. drop: what another run of each offer dropped is expected to lose. rest: what the
  pieces to over-contacted customers cost. raise_floor: what lines sold below cost lost. hold_out: campaigns of a year without
  a control; its prize is not known, for nobody knows what they bring.
grain: one row an action that has something to do
columns:
  report: {type: VARCHAR, description: Report that shows it, tests: [not_null]}
  action: {type: VARCHAR, description: What to do, tests: [unique, not_null, {accepted_values: [send_next, drop, rest, raise_floor, hold_out]}]}
  owner: {type: VARCHAR, description: Who decides, tests: [not_null]}
  customers: {type: BIGINT, description: Customers in the audience; null where there is none}
  prize: {type: 'DECIMAL(18,4)', description: 'What it is worth a year, reporting currency; null where not known'}
  audience: {type: VARCHAR, description: Model that holds the audience}
*/
with
  targets as (
    select offer_id, count(*) as customers, sum(expected_profit) as profit
    from campaigns.next_targets
    group by offer_id
  ),
  sends as (
    select cast(sum(t.customers) as bigint) as customers, sum(cast(t.profit as double) - o.fixed_cost) as prize
    from targets as t
    join campaigns.offers as o on o.offer_id = t.offer_id
  ),
  drops as (
    select sum(round(-expected_profit, 4)) as prize, count(*) as offers
    from campaigns.offers
    where verdict = 'drop' and expected_profit < 0
  ),
  rests as (
    select count(*) as customers, sum(cost_365) as prize
    from contacts.customers
    where is_over_contacted
  ),
  losses as (
    select sum(below_cost_loss) as prize
    from prices.discounts
    where year = 'this'
  ),
  unheld as (
    select count(*) as campaigns
    from campaigns.results
    where basis = 'attributed' and sent_on > as_of() - 365
  )
select 'campaigns' as report, 'send_next' as action, 'crm' as owner, customers, money(prize) as prize, 'campaigns.audiences' as audience
from sends
where customers > 0
union all
select 'campaigns', 'drop', 'marketing', null, money(prize), null
from drops
where offers > 0
union all
select 'campaigns', 'rest', 'crm', customers, money(prize), 'campaigns.audiences'
from rests
where customers > 0
union all
select 'campaigns', 'raise_floor', 'pricing', null, money(prize), null
from losses
where prize > 0
union all
select 'campaigns', 'hold_out', 'marketing', null, null, null
from unheld
where campaigns > 0

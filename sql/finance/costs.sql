/*
description: >
  What customers, channels and the programme cost, by month. Programme, campaigns (their fixed cost, in the month they start), contacts
  (pieces to customers and prospects) and lists (as billed, in the month delivered) are the marketing programme; acquisition, channel
  and cost to serve are as booked; service is the cost of cases. Lists billed in no known currency count as their cost in lists.invoices.
grain: one row a month, kind of cost and member
columns:
  month: {type: DATE, description: First day of the month, tests: [not_null]}
  cost_kind: {type: VARCHAR, description: What it was for, tests: [not_null, {accepted_values: [programme, campaign, contact, list, acquisition, channel, cost_to_serve, service]}]}
  member: {type: VARCHAR, description: 'Programme or kind of channel; all where it has none', tests: [not_null]}
  is_programme: {type: BOOLEAN, description: Part of the marketing programme, tests: [not_null]}
  amount: {type: 'DECIMAL(18,4)', description: Amount, tests: [not_null]}
tests:
  - unique: [month, cost_kind, member]
*/
with
  booked as (
    select
      month_of(c.month) as month, c.kind as cost_kind,
      coalesce(c.programme, ch.kind, 'all') as member,
      c.amount
    from staging.costs as c
    left join staging.channels as ch on ch.channel_id = c.channel_id
    where c.month <= as_of()
    union all
    select month_of(started_on), 'campaign', 'all', fixed_cost
    from staging.campaigns
    where started_on <= as_of() and fixed_cost <> 0
    union all
    select month_of(l.delivered_on), 'list', 'all', i.cost
    from lists.invoices as i
    join staging.lists as l on l.list_id = i.list_id
    where l.delivered_on <= as_of()
    union all
    select month_of(booked_on), case cost_kind when 'service' then 'service' else 'contact' end, 'all', amount
    from core.customer_costs
  )
select
  month,
  cost_kind,
  member,
  cost_kind in ('programme', 'campaign', 'contact', 'list') as is_programme,
  money(sum(amount)) as amount
from booked
where amount is not null
group by month, cost_kind, member
order by month, cost_kind, member

/*
description: >
  Contacts to names on lists, both cells, and the window in which an order counts for each: from the in-home day to the
  day before the next drop that holds the same person, at most to the last day of the campaign.
grain: one row a contact to a name on a list
columns:
  contact_id: {type: VARCHAR, description: Contact, tests: [unique, not_null]}
  campaign_id: {type: VARCHAR, description: Campaign, tests: [not_null]}
  list_id: {type: VARCHAR, description: List, tests: [not_null]}
  list_name_id: {type: VARCHAR, description: Name on the list}
  cell: {type: VARCHAR, description: treatment or control, tests: [not_null]}
  contacted_on: {type: DATE, description: In-home day, tests: [not_null]}
  window_to: {type: DATE, description: Last day on which an order counts, tests: [not_null]}
  delivered: {type: BOOLEAN, description: False when it came back}
  cost: {type: 'DECIMAL(18,4)', description: Cost of the piece in reporting currency}
  is_net: {type: BOOLEAN, description: 'A net name, and so a stranger when it was drawn', tests: [not_null]}
  person_id: {type: VARCHAR, description: Record of ours that the contact names}
  customer_id: {type: VARCHAR, description: 'Customer the name is, whenever they came on record'}
*/
with
  contacts as (
    select
      c.*,
      n.is_net,
      n.customer_id,
      lead(c.contacted_on) over (
        partition by coalesce(n.prospect_id, c.list_name_id, c.contact_id) order by c.contacted_on, c.contact_id
      ) as next_on
    from staging.contacts as c
    left join lists.names as n on n.list_name_id = c.list_name_id
    where c.list_id is not null and c.contacted_on <= as_of()
  )
select
  c.contact_id,
  c.campaign_id,
  c.list_id,
  c.list_name_id,
  c.cell,
  c.contacted_on,
  cast(least(c.next_on - 1, k.ended_on, as_of()) as date) as window_to,
  c.delivered,
  c.cost,
  coalesce(c.is_net, false) as is_net,
  c.person_id,
  c.customer_id
from contacts as c
left join staging.campaigns as k on k.campaign_id = c.campaign_id

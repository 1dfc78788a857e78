/*
description: >
  Orders that answer a contact to a list, each credited once: to the contact whose key code was given; else, within the
  window, to the contact that names the customer's record; else to the one whose name is the same person; else to one at
  the same home address, where the customer came on record after the list. Among several the most recent earlier contact
  wins. What the control cell ordered is matched the same way: it shows what comes without a piece.
grain: one row a credited order
columns:
  order_id: {type: VARCHAR, description: Order, tests: [unique, not_null]}
  customer_id: {type: VARCHAR, description: Who ordered, tests: [not_null]}
  ordered_on: {type: DATE, description: Day of the order}
  contact_id: {type: VARCHAR, description: Contact it is credited to, tests: [not_null]}
  campaign_id: {type: VARCHAR, description: Campaign}
  list_id: {type: VARCHAR, description: List}
  list_name_id: {type: VARCHAR, description: Name on the list}
  cell: {type: VARCHAR, description: Cell of the contact}
  is_net: {type: BOOLEAN, description: The name was a net name}
  level: {type: VARCHAR, description: How it was matched, tests: [{accepted_values: [key_code, customer_id, person, household]}]}
  is_new_customer: {type: BOOLEAN, description: The first order of a customer who came on record after the list, tests: [not_null]}
*/
with
  bought as (
    select o.order_id, o.customer_id, o.ordered_on, o.purchase_number, c.recorded_on
    from core.orders as o
    join core.customers as c on c.customer_id = o.customer_id
  ),
  homes as (
    select n.record_id as list_name_id, k.customer_id
    from identity.addresses as n
    join identity.addresses as a on a.record_kind = 'person' and a.home_key = n.home_key
    join identity.clusters as k on k.record_kind = 'person' and k.record_id = a.record_id
    where n.record_kind = 'list_name'
  ),
  ties as (
    select t.contact_id, k.customer_id, 2 as rank, 'customer_id' as level
    from lists.touches as t
    join identity.clusters as k on k.record_kind = 'person' and k.record_id = t.person_id
    union all
    select contact_id, customer_id, 3, 'person'
    from lists.touches
    where customer_id is not null
    union all
    select distinct t.contact_id, h.customer_id, 4, 'household'
    from lists.touches as t
    join homes as h on h.list_name_id = t.list_name_id
  ),
  candidates as (
    select b.order_id, t.contact_id, 1 as rank, 'key_code' as level
    from staging.responses as r
    join lists.touches as t on t.contact_id = r.contact_id
    join bought as b on b.order_id = r.order_id
    union all
    select b.order_id, t.contact_id, i.rank, i.level
    from ties as i
    join lists.touches as t on t.contact_id = i.contact_id
    join staging.lists as l on l.list_id = t.list_id
    join bought as b
      on b.customer_id = i.customer_id and b.ordered_on between t.contacted_on and t.window_to
      and (i.level <> 'household' or b.recorded_on >= l.delivered_on)
  ),
  credited as (
    select c.order_id, c.level, t.*
    from candidates as c
    join lists.touches as t on t.contact_id = c.contact_id
    qualify row_number() over (partition by c.order_id order by c.rank, t.contacted_on desc, t.contact_id) = 1
  )
select
  b.order_id,
  b.customer_id,
  b.ordered_on,
  c.contact_id,
  c.campaign_id,
  c.list_id,
  c.list_name_id,
  c.cell,
  c.is_net,
  c.level,
  c.is_net and b.purchase_number = 1 and coalesce(b.recorded_on >= l.delivered_on, true) as is_new_customer
from credited as c
join bought as b on b.order_id = c.order_id
join staging.lists as l on l.list_id = c.list_id

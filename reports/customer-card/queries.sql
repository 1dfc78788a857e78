-- Customer card: who is this, and how to treat them? One customer on request (report --customer ID, the id of the
-- customer or of one of their records), else the accounts that are worth most. The only page with personal data.

-- name: asked :one
select given('customer') as customer

-- name: chosen :kept
with
asked as (
  select customer_id from identity.customers where customer_id = given('customer')
  union
  select customer_id from identity.clusters where record_id = given('customer')
),
best as (
  select customer_id
  from ltv.customers
  where given('customer') is null and tier <> 'left' and total_value is not null
  order by total_value desc, customer_id
  limit 5
)
select customer_id from asked
union all
select customer_id from best

-- name: subjects
with
complaining as (
  select distinct c.customer_id
  from staging.cases as k
  join identity.clusters as c
    on c.record_kind = case when k.person_id is null then 'organisation' else 'person' end
    and c.record_id = coalesce(k.person_id, k.organisation_id)
  where k.kind = 'complaint' and k.closed_at is null and k.opened_at::date <= as_of()
)
select
  i.customer_id,
  i.kind,
  coalesce(i.full_name, i.customer_id) as name,
  c.market,
  i.records,
  coalesce(m.members, 1) as household,
  i.recorded_on,
  c.first_purchase_on,
  c.last_purchase_on,
  c.left_on,
  coalesce(r.segment, 'Outside') as segment,
  l.tier,
  coalesce(k.action, case when c.left_on is null then 'keep' else 'dissolve' end) as action,
  s.customer_id in (from complaining) as is_complaining,
  l.total_value
from chosen as s
join identity.customers as i on i.customer_id = s.customer_id
left join core.customers as c on c.customer_id = s.customer_id
left join ltv.customers as l on l.customer_id = s.customer_id
left join rfm.customers as r on r.customer_id = s.customer_id
left join churn.risks as k on k.customer_id = s.customer_id
left join identity.household_members as m on m.customer_id = s.customer_id
order by l.total_value desc nulls last, i.customer_id

-- name: figures
with
facts as (
  select
    s.customer_id, c.net_sales, c.contribution, l.predicted_value, c.purchases, c.silent_days, k.p_alive,
    k.expected_purchases_12m
  from chosen as s
  left join core.customers as c on c.customer_id = s.customer_id
  left join ltv.customers as l on l.customer_id = s.customer_id
  left join churn.customers as k on k.customer_id = s.customer_id
)
select customer_id, code, unit, value
from (
  select customer_id, 1 as place, 'net_sales' as code, 'money' as unit, net_sales::double as value from facts
  union all
  select customer_id, 2, 'contribution', 'money', contribution from facts
  union all
  select customer_id, 3, 'predicted_value', 'money', predicted_value from facts
  union all
  select customer_id, 4, 'purchases', 'count', purchases from facts
  union all
  select customer_id, 5, 'silent_days', 'count', silent_days from facts
  union all
  select customer_id, 6, 'p_alive', 'percent', p_alive from facts
  union all
  select customer_id, 7, 'expected_purchases', 'number', expected_purchases_12m from facts
)
order by customer_id, place

-- name: fields
with
values_of as (
  unpivot (
    select
      i.customer_id, i.full_name, i.gender, i.birth_date::varchar as birth_date, i.email, i.phone, i.address, i.city,
      i.postcode, i.country, i.language
    from identity.customers as i
    join chosen as s on s.customer_id = i.customer_id
  )
  on full_name, gender, birth_date, email, phone, address, city, postcode, country, language
  into name field value value
)
select v.customer_id, v.field,
  case when v.field = 'gender' then coalesce(map {'f': 'Female', 'm': 'Male'}[v.value], v.value) else v.value end as value,
  case when v.field = 'gender' then map {'f': '女', 'm': '男'}[v.value] end as value_zh,
  o.source, o.record_id
from values_of as v
left join identity.origins as o
  on o.customer_id = v.customer_id
  and o.field = case when v.field in ('city', 'postcode', 'country') then 'address' else v.field end
where v.value <> ''
order by v.customer_id, list_position(
  ['full_name', 'gender', 'birth_date', 'email', 'phone', 'address', 'city', 'postcode', 'country', 'language'], v.field
)

-- name: related
with
ties as (
  select from_customer_id as customer_id, to_customer_id as other_id,
    case kind when 'referral' then 'recommended' else kind end as tie, declared_on
  from identity.relations
  union all
  select to_customer_id, from_customer_id, case kind when 'referral' then 'recommended_by' else kind end, declared_on
  from identity.relations
  union all
  select m.customer_id, n.customer_id, 'household', null
  from identity.household_members as m
  join identity.household_members as n on n.household_id = m.household_id and n.customer_id <> m.customer_id
),
contacts as (
  select u.organisation_customer_id as customer_id, u.role as tie, k.full_name as name, u.person_customer_id as other_id,
    u.recorded_on as declared_on
  from identity.decision_units as u
  join chosen as s on s.customer_id = u.organisation_customer_id
  join staging.organisation_contacts as k on k.contact_id = u.contact_id
)
select customer_id, tie, name, other_id, min(declared_on) as since
from (
  select t.customer_id, t.tie, coalesce(i.full_name, t.other_id) as name, t.other_id, t.declared_on
  from ties as t
  join chosen as s on s.customer_id = t.customer_id
  join identity.customers as i on i.customer_id = t.other_id
  union all
  select * from contacts
)
where tie is not null
group by customer_id, tie, name, other_id
order by customer_id, tie, name

-- name: timeline
with
told as (
  select person_id, organisation_id, opened_at::date as day, 'case_' || kind as event,
    case when closed_at is null then 'open' when handled_well then 'handled_well' when not handled_well then 'handled_badly' else 'closed' end as detail,
    null::integer as score
  from staging.cases
  union all
  select person_id, organisation_id, contacted_on, 'contact', medium, null
  from staging.contacts
  where cell = 'treatment'
  union all
  select person_id, organisation_id, responded_at::date, 'response', kind, null
  from staging.responses
  union all
  select person_id, organisation_id, happened_at::date, 'interaction', kind, null
  from staging.interactions
  union all
  select person_id, organisation_id, answered_on, 'survey_' || kind, null, score
  from staging.surveys
),
events as (
  select c.customer_id, t.day, t.event, t.detail, t.score, null::decimal(18, 4) as amount
  from told as t
  join identity.clusters as c
    on c.record_kind = case when t.person_id is null then 'organisation' else 'person' end
    and c.record_id = coalesce(t.person_id, t.organisation_id)
  join chosen as s on s.customer_id = c.customer_id
  where t.day <= as_of()
  union all
  select o.customer_id, o.ordered_on, 'order', o.channel_kind, null, o.net_sales
  from core.orders as o
  join chosen as s on s.customer_id = o.customer_id
)
select customer_id, day, event, detail, score, amount
from events
qualify row_number() over (partition by customer_id order by day desc, event, amount, score, detail) <= 5
order by customer_id, day desc, event, amount, score, detail

-- name: months
-- A quarter without an order is nought, not left out.
with
quarters as (
  select s.customer_id, q.begins::date as begins
  from chosen as s
  cross join generate_series(date_trunc('quarter', as_of()) - interval 15 months, date_trunc('quarter', as_of()), interval 3 months) as q(begins)
)
select
  q.customer_id,
  'Q' || quarter(q.begins) || ' ' || strftime(q.begins, '%y') as quarter,
  coalesce(sum(o.net_sales), 0) as net_sales
from quarters as q
left join core.orders as o on o.customer_id = q.customer_id and date_trunc('quarter', o.ordered_on) = q.begins
where exists (
  select 1 from core.orders as any_order
  where any_order.customer_id = q.customer_id and any_order.ordered_on >= date_trunc('quarter', as_of()) - interval 15 months
)
group by q.customer_id, q.begins
order by q.customer_id, q.begins

-- name: consents
select l.customer_id, l.channel, l.purpose, case when l.is_given then 'given' else 'withdrawn' end as state, l.since::date as since, l.source
from consent.latest as l
join chosen as s on s.customer_id = l.customer_id
order by l.customer_id, l.channel, l.purpose

-- name: next_products
select n.customer_id, n.place, p.name as product, p.name_zh as product_zh, p.category
from baskets.next_product as n
join chosen as s on s.customer_id = n.customer_id
join staging.products as p on p.product_id = n.product_id
where n.basis = 'full'
order by n.customer_id, n.place

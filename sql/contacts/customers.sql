/*
description: >
  What each customer was sent and gave back, how they may and like to be reached, and who is sent too much. Over-contacted:
  more than contact_limit pieces in 90 days, or silent_contacts pieces or more in 365 days without an answer or a purchase.
  A preference is what the customer declared; else what answers and orders say, where they say it: a medium where its own rate
  of answers, pulled toward everybody's as far as customers do not differ (contacts.media), lies above it by more than chance;
  a part of the day, or the weekend, where more than half of four or more moments fall in it, and more than chance gives.
grain: one row a customer
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [unique, not_null]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  market: {type: VARCHAR, description: Market, tests: [not_null]}
  pieces_90: {type: BIGINT, description: Pieces sent in 90 days, tests: [not_null]}
  pieces_365: {type: BIGINT, description: Pieces sent in 365 days, tests: [not_null]}
  cost_365: {type: 'DECIMAL(18,4)', description: What these cost, tests: [not_null]}
  last_piece_on: {type: DATE, description: Day of the last piece; null for none}
  answers_365: {type: BIGINT, description: Pieces of 365 days answered, tests: [not_null]}
  media: {type: BIGINT, description: Media by which the customer may be contacted for marketing, tests: [not_null]}
  is_over_contacted: {type: BOOLEAN, description: Sent too much, tests: [not_null]}
  over_reason: {type: VARCHAR, description: Why, tests: [{accepted_values: [too_often, no_answer]}]}
  medium: {type: VARCHAR, description: 'Preferred medium; null where nothing tells'}
  medium_basis: {type: VARCHAR, description: Where it comes from, tests: [{accepted_values: [declared, observed]}]}
  part: {type: VARCHAR, description: 'Preferred part of the day; null where nothing tells'}
  part_basis: {type: VARCHAR, description: Where it comes from, tests: [{accepted_values: [declared, observed]}]}
  days: {type: VARCHAR, description: 'weekend or weekdays; null where nothing tells', tests: [{accepted_values: [weekend, weekdays]}]}
*/
with
  sent as (
    select
      customer_id,
      cast(sum(pieces_90) as bigint) as pieces_90,
      cast(sum(pieces_365) as bigint) as pieces_365,
      sum(cost_365) as cost_365,
      max(last_on) as last_piece_on,
      cast(sum(answered_365) as bigint) as answers_365
    from contacts.answers
    group by customer_id
  ),
  totals as (
    select *, sum(answered) over (partition by customer_id) * share as expected
    from contacts.answers
  ),
  -- A gamma prior of mean 1 and the spread of contacts.media.
  likings as (
    select
      t.customer_id,
      t.medium,
      (t.answered + 1 / m.preference ** 2) / (t.expected + 1 / m.preference ** 2) as liking,
      t.expected + 1 / m.preference ** 2 as weight
    from totals as t
    join contacts.media as m on m.medium = t.medium
    where m.preference > 0 and t.share < 1
  ),
  observed_media as (
    select customer_id, max_by(medium, (liking, medium)) as medium
    from likings
    where liking - 1.96 * sqrt(liking / weight) > 1
    group by customer_id
  ),
  declared as (
    select
      k.customer_id,
      max_by(p.preferred_medium, (p.updated_at, p.person_id)) filter (where p.preferred_medium is not null) as medium,
      max_by(p.preferred_time, (p.updated_at, p.person_id)) filter (where p.preferred_time is not null) as part
    from staging.persons as p
    join identity.clusters as k on k.record_kind = 'person' and k.record_id = p.person_id
    where p.preferred_medium is not null or p.preferred_time is not null
    group by k.customer_id
  ),
  parts as (
    select customer_id, part, sum(moments) as moments
    from contacts.moments
    group by customer_id, part
  ),
  part_shares as (
    select
      customer_id,
      part,
      moments,
      sum(moments) over (partition by customer_id) as own,
      ratio(sum(moments) over (partition by part), sum(moments) over ()) as base
    from parts
  ),
  observed_parts as (
    select customer_id, part
    from part_shares
    where own >= 4 and moments > own / 2 and moments - own * base > 1.96 * sqrt(own * base * (1 - base))
  ),
  weekends as (
    select customer_id, sum(moments) as own, coalesce(sum(moments) filter (where weekday >= 6), 0) as weekend
    from contacts.moments
    group by customer_id
  ),
  weekend_shares as (
    select *, ratio(sum(weekend) over (), sum(own) over ()) as base
    from weekends
  ),
  observed_days as (
    select customer_id, case when weekend > own / 2 then 'weekend' else 'weekdays' end as days
    from weekend_shares
    where own >= 4 and weekend <> own / 2 and abs(weekend - own * base) > 1.96 * sqrt(own * base * (1 - base))
      and (weekend > own / 2) = (weekend > own * base)
  ),
  permitted as (
    select customer_id, count(*) as media
    from contacts.permitted
    group by customer_id
  ),
  judged as (
    select
      c.customer_id,
      c.kind,
      c.market,
      coalesce(s.pieces_90, 0) as pieces_90,
      coalesce(s.pieces_365, 0) as pieces_365,
      money(coalesce(s.cost_365, 0)) as cost_365,
      s.last_piece_on,
      coalesce(s.answers_365, 0) as answers_365,
      coalesce(p.media, 0) as media,
      case
        when s.pieces_90 > param('contact_limit') then 'too_often'
        when s.pieces_365 >= param('silent_contacts') and s.answers_365 = 0
          and coalesce(c.last_purchase_on <= as_of() - 365, true) then 'no_answer'
      end as over_reason,
      coalesce(d.medium, om.medium) as medium,
      case when d.medium is not null then 'declared' when om.medium is not null then 'observed' end as medium_basis,
      coalesce(d.part, op.part) as part,
      case when d.part is not null then 'declared' when op.part is not null then 'observed' end as part_basis,
      od.days
    from core.customers as c
    left join sent as s on s.customer_id = c.customer_id
    left join permitted as p on p.customer_id = c.customer_id
    left join declared as d on d.customer_id = c.customer_id
    left join observed_media as om on om.customer_id = c.customer_id
    left join observed_parts as op on op.customer_id = c.customer_id
    left join observed_days as od on od.customer_id = c.customer_id
  )
select
  customer_id, kind, market, pieces_90, pieces_365, cost_365, last_piece_on, answers_365, media,
  over_reason is not null as is_over_contacted, over_reason, medium, medium_basis, part, part_basis, days
from judged

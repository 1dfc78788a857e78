/*
description: >
  How good the names of a list are. Shares are of the names delivered, own decoys left out. Deliverability is of the pieces
  of which it is known whether they arrived.
grain: one row a list
columns:
  list_id: {type: VARCHAR, description: List, tests: [unique, not_null]}
  names: {type: BIGINT, description: 'Names delivered, own decoys left out', tests: [not_null]}
  net_share: {type: DOUBLE, description: Share that is net}
  invalid_share: {type: DOUBLE, description: Share rejected}
  suppressed_share: {type: DOUBLE, description: Share that may not be contacted}
  duplicate_share: {type: DOUBLE, description: Share that the list holds twice}
  match_rate: {type: DOUBLE, description: 'Share of the persons of the list who were customers already'}
  multi_buyer_share: {type: DOUBLE, description: Share on other lists too}
  age_at_use_days: {type: BIGINT, description: Days from delivery to the first use; null when not used}
  age_days: {type: BIGINT, description: Days from delivery to the as-of day}
  pieces: {type: BIGINT, description: Pieces of which it is known whether they arrived, tests: [not_null]}
  delivered_share: {type: DOUBLE, description: Share of these that arrived}
*/
with
  steps as (
    select
      list_id,
      cast(sum(abs(names)) filter (where step not in ('gross', 'own_seed')) as bigint) as names,
      sum(share) filter (where step = 'net') as net_share,
      sum(share) filter (where step = 'reject') as invalid_share,
      sum(share) filter (where step in ('opt_out', 'deceased', 'minor', 'complaint')) as suppressed_share,
      sum(share) filter (where step = 'duplicate') as duplicate_share
    from lists.waterfall
    group by list_id
  ),
  several as (
    select list_id, count(*) filter (where is_multi_buyer) as multi_buyers
    from lists.names
    group by list_id
  ),
  arrived as (
    select
      list_id,
      min(contacted_on) filter (where cell = 'treatment') as first_on,
      count(delivered) as pieces,
      count(*) filter (where delivered) as delivered
    from lists.touches
    group by list_id
  )
select
  l.list_id,
  coalesce(s.names, 0) as names,
  s.net_share,
  s.invalid_share,
  s.suppressed_share,
  s.duplicate_share,
  o.share as match_rate,
  ratio(v.multi_buyers, s.names) as multi_buyer_share,
  date_diff('day', l.delivered_on, a.first_on) as age_at_use_days,
  date_diff('day', l.delivered_on, as_of()) as age_days,
  coalesce(a.pieces, 0) as pieces,
  ratio(a.delivered, a.pieces) as delivered_share
from lists.licences as l
left join steps as s on s.list_id = l.list_id
left join lists.overlaps as o on o.list_id = l.list_id and o.other = 'house'
left join several as v on v.list_id = l.list_id
left join arrived as a on a.list_id = l.list_id

/*
description: >
  The media that pieces go out by. Preference: the spread of customers' own liking of the medium beyond what chance gives, as a
  standard deviation around 1, from those with pieces by two media and an answer: 0 says that answers tell nobody's
  preference, and none is read from them.
grain: one row a medium
columns:
  medium: {type: VARCHAR, description: Medium, tests: [unique, not_null]}
  customers: {type: BIGINT, description: Customers who were sent a piece, tests: [not_null]}
  pieces: {type: BIGINT, description: Pieces sent, tests: [not_null]}
  pieces_365: {type: BIGINT, description: Those of the last 365 days, tests: [not_null]}
  cost_365: {type: 'DECIMAL(18,4)', description: What these cost, tests: [not_null]}
  returned_share: {type: DOUBLE, description: Share that came back undelivered}
  answered_share: {type: DOUBLE, description: Share answered}
  preference: {type: DOUBLE, description: Spread of customers' liking of the medium, tests: [not_null]}
  consenting: {type: BIGINT, description: Customers whose consent to marketing stands and who may be contacted, tests: [not_null]}
*/
with
  liked as (
    select
      *,
      sum(answered) over (partition by customer_id) as answers
    from contacts.answers
  ),
  spreads as (
    select
      medium,
      count(*) as customers,
      sum(pieces) as pieces,
      sum(pieces_365) as pieces_365,
      sum(cost_365) as cost_365,
      sum(returned) as returned,
      sum(answered) as answered,
      sum((answered - answers * share) ** 2 - answers * share * (1 - share)) filter (where answers > 0 and share < 1) as excess,
      sum((answers * share) ** 2) filter (where answers > 0 and share < 1) as squares
    from liked
    group by medium
  ),
  agreed as (
    select channel, count(*) as customers
    from contacts.permitted
    group by channel
  )
select
  s.medium,
  s.customers,
  cast(s.pieces as bigint) as pieces,
  cast(s.pieces_365 as bigint) as pieces_365,
  money(s.cost_365) as cost_365,
  ratio(s.returned, s.pieces) as returned_share,
  ratio(s.answered, s.pieces) as answered_share,
  settled(sqrt(greatest(0, coalesce(ratio(s.excess, s.squares), 0)))) as preference,
  coalesce(a.customers, 0) as consenting
from spreads as s
left join agreed as a on a.channel = s.medium
order by s.medium

/*
description: >
  What recommended customers are worth against those who came otherwise, of the same kind, market, kind of channel and third of
  first spend (the peers of loyalty.starts, recommended ones among them), over customers whose first year is over. The interval is that of a mean.
grain: one row a way of coming
columns:
  came: {type: VARCHAR, description: recommended or otherwise, tests: [not_null, unique, {accepted_values: [recommended, otherwise]}]}
  customers: {type: BIGINT, description: Customers whose first year is over, tests: [not_null]}
  came_again_share: {type: DOUBLE, description: Of these who bought again within it}
  later_margin: {type: DOUBLE, description: Mean margin of the year after the first purchase}
  difference: {type: DOUBLE, description: Mean later margin less that of the peers}
  error: {type: DOUBLE, description: Its standard error; null below min_group}
*/
select
  case when r.customer_id is null then 'otherwise' else 'recommended' end as came,
  count(*) as customers,
  ratio(count(*) filter (where s.came_again), count(*)) as came_again_share,
  ratio(sum(s.later_margin), count(*)) as later_margin,
  ratio(sum(s.later_margin - s.peer_margin), count(*)) as difference,
  case when count(*) >= param('min_group') then
    sqrt(squares_about_mean(s.later_margin - s.peer_margin) / (count(*) - 1) / count(*))
  end as error
from loyalty.starts as s
left join loyalty.referrals as r on r.customer_id = s.customer_id
where s.is_whole
group by came

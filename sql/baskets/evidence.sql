/*
description: >
  Whether the proposals are worth making: of the customers who bought something new to them in the time held out, how many bought one
  of the three proposed before it, against the naive rule that proposes to everybody the three most frequent products
  they had not bought. Only customers with three proposals are counted, for both alike.
grain: one row
tags: [whole_firm]
columns:
  customers: {type: BIGINT, description: Customers with three proposals who then bought a product new to them, tests: [not_null]}
  rule_hits: {type: BIGINT, description: Of these who bought one of the three, tests: [not_null]}
  popular_hits: {type: BIGINT, description: Of these who bought one of the three most frequent, tests: [not_null]}
  rule_share: {type: DOUBLE, description: Share; null without customers}
  popular_share: {type: DOUBLE, description: Share of the naive rule}
  beats_naive: {type: BOOLEAN, description: 'More hits than the naive rule, by more than their standard error; null without customers'}
*/
with
  fresh as (
    select customer_id, product_id
    from baskets.first_purchases
    where first_on > as_of() - cast(param('holdout_days') as integer)
  ),
  proposed as (
    select customer_id, product_id
    from baskets.next_product
    where basis = 'calibration'
    qualify count(*) over (partition by customer_id) = 3
  ),
  judged as (
    select distinct p.customer_id
    from proposed as p
    semi join fresh as f on f.customer_id = p.customer_id
  ),
  -- Twenty of the most frequent are enough to find three that are new to nearly everybody.
  popular as (
    select j.customer_id, p.product_id, p.place
    from judged as j
    join baskets.popularity as p on p.basis = 'calibration' and p.place <= 20
    anti join (
      select customer_id, product_id
      from baskets.first_purchases
      where first_on <= as_of() - cast(param('holdout_days') as integer)
    ) as o on o.customer_id = j.customer_id and o.product_id = p.product_id
    qualify row_number() over (partition by j.customer_id order by p.place) <= 3
  ),
  hits as (
    select
      (select count(*) from judged) as customers,
      (select count(distinct p.customer_id) from proposed as p join fresh as f on f.customer_id = p.customer_id and f.product_id = p.product_id) as rule_hits,
      (select count(distinct p.customer_id) from popular as p join fresh as f on f.customer_id = p.customer_id and f.product_id = p.product_id) as popular_hits
  )
select
  customers,
  rule_hits,
  popular_hits,
  ratio(rule_hits, customers) as rule_share,
  ratio(popular_hits, customers) as popular_share,
  case when customers > 0 then rule_hits > popular_hits + sqrt(rule_hits + popular_hits) end as beats_naive
from hits

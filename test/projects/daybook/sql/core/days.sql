/*
description: Sales of every day, by region
grain: one row a day and region
kind: incremental
incremental:
  time: ordered_on
  interval: month
  key: [ordered_on, region]
  inputs: {staging.orders: ordered_on}
columns:
  ordered_on: {type: DATE}
  region: {type: VARCHAR}
  orders: {type: BIGINT}
  amount: {type: 'DECIMAL(18,2)'}
*/
select o.ordered_on, coalesce(s.region, 'none') as region, count(*) as orders, cast(sum(o.amount) as decimal(18, 2)) as amount
from staging.orders as o
left join raw.shops as s on s.shop = o.shop
group by all

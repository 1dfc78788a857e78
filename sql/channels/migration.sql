/*
description: >
  Where customers moved between channels: the channel on which each spent most in the twelve complete months before, and in the last twelve. new:
  first purchase ever in the last twelve; silent: no purchase in that year.
grain: one row a channel before and a channel now
columns:
  from_channel: {type: VARCHAR, description: 'Channel, new or silent', tests: [not_null]}
  to_channel: {type: VARCHAR, description: 'Channel, or silent', tests: [not_null]}
  customers: {type: BIGINT, description: Customers, tests: [not_null]}
  sales_before: {type: 'DECIMAL(18,4)', description: Gross sales of the year before through all channels, tests: [not_null]}
  sales_now: {type: 'DECIMAL(18,4)', description: Gross sales of the last year through all channels, tests: [not_null]}
tests:
  - unique: [from_channel, to_channel]
*/
with
  spent as (
    select customer_id, pack_year(ordered_on) as year, coalesce(channel_id, 'none') as channel_id, sum(gross_sales) as sales,
      min(purchase_number) as first_number
    from core.orders
    where customer_id is not null and ordered_on between year_before_from() and last_complete_day()
    group by all
  ),
  most as (
    select
      customer_id,
      max({'sales': sales, 'channel_id': channel_id}) filter (where year = 'prior') as before,
      max({'sales': sales, 'channel_id': channel_id}) filter (where year = 'this') as now,
      min(first_number) = 1 as is_new,
      coalesce(sum(sales) filter (where year = 'prior'), 0) as sales_before,
      coalesce(sum(sales) filter (where year = 'this'), 0) as sales_now
    from spent
    group by customer_id
  )
select
  coalesce(before.channel_id, case when is_new then 'new' else 'silent' end) as from_channel,
  coalesce(now.channel_id, 'silent') as to_channel,
  count(*) as customers,
  money(sum(sales_before)) as sales_before,
  money(sum(sales_now)) as sales_now
from most
group by from_channel, to_channel

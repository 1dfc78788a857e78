/*
description: >
  What moved the contribution between two stretches, at the exchange rates of the as-of day, the effect of exchange apart. Customers
  first: new (first purchase after the earlier stretch), returned (bought before it, not in it, and again now) and lost (bought in it
  and not now) count with their whole margin on goods. What is left is like for like: customers who bought in both, and orders
  without a known customer. Their sales are parted as Horngren, Datar and Rajan part a margin (Cost Accounting, ch. 7 and 14): for
  goods sold in both stretches price = list now − units now × list a unit then, discount and cost of goods the same; volume = margin
  then × (all units now / then − 1); mix, goods new and dropped in it, is what moved between goods. Goods are told apart by product,
  kind of customer and currency. Returns holds returns, free goods and adjustments of the like for like, and what was booked for
  customers who bought in neither.
grain: one row a pair of stretches
columns:
  period: {type: VARCHAR, description: 'month, quarter or year', tests: [not_null]}
  comparison: {type: VARCHAR, description: 'prior or year_before', tests: [not_null]}
  from_on: {type: DATE, description: First day, tests: [not_null]}
  new_customers: {type: BIGINT, description: New, tests: [not_null]}
  returned_customers: {type: BIGINT, description: Returned, tests: [not_null]}
  lost_customers: {type: BIGINT, description: Lost, tests: [not_null]}
  continuing_customers: {type: BIGINT, description: Bought in both, tests: [not_null]}
  new_margin: {type: 'DECIMAL(18,4)', description: Of new customers, tests: [not_null]}
  returned_margin: {type: 'DECIMAL(18,4)', description: Of returned customers, tests: [not_null]}
  lost_margin: {type: 'DECIMAL(18,4)', description: 'Of lost customers, negative where they brought a margin', tests: [not_null]}
  volume: {type: 'DECIMAL(18,4)', description: Like for like, tests: [not_null]}
  mix: {type: 'DECIMAL(18,4)', description: Like for like, tests: [not_null]}
  price: {type: 'DECIMAL(18,4)', description: Like for like, tests: [not_null]}
  discount: {type: 'DECIMAL(18,4)', description: 'Like for like, negative where more is given away', tests: [not_null]}
  goods: {type: 'DECIMAL(18,4)', description: 'Cost of goods, like for like', tests: [not_null]}
  returns: {type: 'DECIMAL(18,4)', description: 'Returns, free goods and adjustments', tests: [not_null]}
  fulfilment: {type: 'DECIMAL(18,4)', description: 'Shipping charged less fulfilment, all customers', tests: [not_null]}
  service: {type: 'DECIMAL(18,4)', description: 'Cost of cases, all customers', tests: [not_null]}
  contact: {type: 'DECIMAL(18,4)', description: 'Cost of contacts, all customers', tests: [not_null]}
  exchange: {type: 'DECIMAL(18,4)', description: Effect of exchange on goods and fulfilment, tests: [not_null]}
tests:
  - unique: [period, comparison, from_on]
*/
with
  -- Either side of a pair, by month.
  sides as (
    select p.period, p.comparison, p.from_on, s.side, cast(unnest(generate_series(s.first_month, s.last_month, interval 1 month)) as date) as month
    from finance.pairs as p
    cross join lateral (
      values (0, p.before_from, month_of(p.before_to)), (1, p.from_on, month_of(p.to_on))
    ) as s (side, first_month, last_month)
  ),
  bought as (
    select customer_id, month_of(purchased_on) as month, min(purchase_number) = 1 as is_first
    from core.purchases
    group by customer_id, month
  ),
  standing as (
    select
      s.period, s.comparison, s.from_on, b.customer_id,
      bool_or(s.side = 0) as was_in,
      bool_or(s.side = 1) as is_in
    from sides as s
    join bought as b on b.month = s.month
    group by s.period, s.comparison, s.from_on, b.customer_id
  ),
  classes as (
    select
      n.period, n.comparison, n.from_on, n.customer_id,
      case
        when n.was_in and n.is_in then 'continuing'
        when n.was_in then 'lost'
        when c.first_purchase_on > p.before_to then 'new'
        else 'returned'
      end as class
    from standing as n
    join finance.pairs as p on p.period = n.period and p.comparison = n.comparison and p.from_on = n.from_on
    join core.customers as c on c.customer_id = n.customer_id
  ),
  counted as (
    select
      period, comparison, from_on,
      count(*) filter (where class = 'new') as new_customers,
      count(*) filter (where class = 'returned') as returned_customers,
      count(*) filter (where class = 'lost') as lost_customers,
      count(*) filter (where class = 'continuing') as continuing_customers
    from classes
    group by period, comparison, from_on
  ),
  currencies as (
    select currency, any_value(constant_rate) as constant_rate
    from core.rates
    group by currency
  ),
  lines as (
    select
      month_of(l.booked_on) as month,
      l.customer_id, l.kind, l.currency, l.product_id,
      l.line_kind = 'sale' as is_sale,
      l.quantity,
      times(l.list_sales, c.constant_rate / l.rate) as list_sales,
      l.net_sales_constant as net_sales,
      -- The cost of a product is kept in reporting currency; every other follows the currency of its line.
      case when l.cost_basis = 'product' then l.cost_of_goods else times(l.cost_of_goods, c.constant_rate / l.rate) end as cost_of_goods,
      l.net_sales - l.cost_of_goods as booked
    from core.lines as l
    join currencies as c on c.currency = l.currency
  ),
  cells as (
    select
      s.period, s.comparison, s.from_on,
      coalesce(k.class, case when l.customer_id is null then 'continuing' else 'neither' end) as class,
      l.kind, l.currency, l.product_id,
      sum(l.quantity) filter (where s.side = 0 and l.is_sale) as units_0,
      sum(l.quantity) filter (where s.side = 1 and l.is_sale) as units_1,
      sum(l.list_sales) filter (where s.side = 0 and l.is_sale) as list_0,
      sum(l.list_sales) filter (where s.side = 1 and l.is_sale) as list_1,
      sum(l.list_sales - l.net_sales) filter (where s.side = 0 and l.is_sale) as discount_0,
      sum(l.list_sales - l.net_sales) filter (where s.side = 1 and l.is_sale) as discount_1,
      sum(l.cost_of_goods) filter (where s.side = 0 and l.is_sale) as goods_0,
      sum(l.cost_of_goods) filter (where s.side = 1 and l.is_sale) as goods_1,
      sum(case s.side when 1 then 1 else -1 end * (l.net_sales - l.cost_of_goods)) as change,
      sum(case s.side when 1 then 1 else -1 end * (l.net_sales - l.cost_of_goods)) filter (where not l.is_sale) as other_change,
      sum(case s.side when 1 then 1 else -1 end * (l.booked - l.net_sales + l.cost_of_goods)) as exchange
    from sides as s
    join lines as l on l.month = s.month
    left join classes as k
      on k.period = s.period and k.comparison = s.comparison and k.from_on = s.from_on and k.customer_id = l.customer_id
    group by all
  ),
  compared as (
    select
      *,
      class = 'continuing' and units_0 > 0 and units_1 > 0 as is_comparable,
      cast(units_1 as double) / units_0 as growth
    from cells
  ),
  parted as (
    select
      period, comparison, from_on,
      sum(change) filter (where class = 'new') as new_margin,
      sum(change) filter (where class = 'returned') as returned_margin,
      sum(change) filter (where class = 'lost') as lost_margin,
      sum(change) filter (where class = 'continuing') - coalesce(sum(other_change) filter (where class = 'continuing'), 0) as alike,
      sum(case class when 'continuing' then other_change when 'neither' then change end) as returns,
      sum(money(list_1 - growth * list_0)) filter (where is_comparable) as price,
      sum(money(growth * discount_0 - discount_1)) filter (where is_comparable) as discount,
      sum(money(growth * goods_0 - goods_1)) filter (where is_comparable) as goods,
      sum(list_0 - discount_0 - goods_0) filter (where class = 'continuing') as margin_0,
      cast(sum(units_0) filter (where class = 'continuing') as double) as units_0,
      cast(sum(units_1) filter (where class = 'continuing') as double) as units_1,
      sum(exchange) as exchange
    from compared
    group by period, comparison, from_on
  ),
  volumes as (
    select *, case when units_0 > 0 then times(margin_0, coalesce(units_1, 0) / units_0 - 1) else 0 end as volume
    from parted
  ),
  handling as (
    select
      month_of(booked_on) as month,
      sum(times(shipping - fulfilment, constant_rate / rate)) as fulfilment,
      sum(shipping - fulfilment) as booked
    from core.documents
    group by month
  ),
  serving as (
    select month, sum(service_cost) as service, sum(contact_cost) as contact
    from core.months
    group by month
  ),
  costs as (
    select
      s.period, s.comparison, s.from_on,
      sum(case s.side when 1 then 1 else -1 end * h.fulfilment) as fulfilment,
      sum(case s.side when 1 then 1 else -1 end * (h.booked - h.fulfilment)) as exchange,
      sum(case s.side when 1 then -1 else 1 end * v.service) as service,
      sum(case s.side when 1 then -1 else 1 end * v.contact) as contact
    from sides as s
    left join handling as h on h.month = s.month
    left join serving as v on v.month = s.month
    group by s.period, s.comparison, s.from_on
  )
select
  p.period,
  p.comparison,
  p.from_on,
  coalesce(n.new_customers, 0) as new_customers,
  coalesce(n.returned_customers, 0) as returned_customers,
  coalesce(n.lost_customers, 0) as lost_customers,
  coalesce(n.continuing_customers, 0) as continuing_customers,
  money(coalesce(v.new_margin, 0)) as new_margin,
  money(coalesce(v.returned_margin, 0)) as returned_margin,
  money(coalesce(v.lost_margin, 0)) as lost_margin,
  money(coalesce(v.volume, 0)) as volume,
  money(coalesce(v.alike, 0) - coalesce(v.volume, 0) - coalesce(v.price, 0) - coalesce(v.discount, 0) - coalesce(v.goods, 0)) as mix,
  money(coalesce(v.price, 0)) as price,
  money(coalesce(v.discount, 0)) as discount,
  money(coalesce(v.goods, 0)) as goods,
  money(coalesce(v.returns, 0)) as returns,
  money(coalesce(c.fulfilment, 0)) as fulfilment,
  money(coalesce(c.service, 0)) as service,
  money(coalesce(c.contact, 0)) as contact,
  money(coalesce(v.exchange, 0) + coalesce(c.exchange, 0)) as exchange
from finance.pairs as p
left join counted as n on n.period = p.period and n.comparison = p.comparison and n.from_on = p.from_on
left join volumes as v on v.period = p.period and v.comparison = p.comparison and v.from_on = p.from_on
left join costs as c on c.period = p.period and c.comparison = p.comparison and c.from_on = p.from_on

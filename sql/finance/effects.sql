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
  -- Periods of the pack and months may be the same two stretches: each two are worked out once.
  stretches as (
    select row_number() over (order by from_on, to_on, before_from) as pair, *
    from (select distinct from_on, to_on, before_from, before_to from finance.pairs)
  ),
  -- Either side of a pair, by month.
  sides as (
    select p.pair, s.side, cast(unnest(generate_series(s.first_month, s.last_month, interval 1 month)) as date) as month
    from stretches as p
    cross join lateral (
      values (0, p.before_from, month_of(p.before_to)), (1, p.from_on, month_of(p.to_on))
    ) as s (side, first_month, last_month)
  ),
  -- Customers and goods by number: whole numbers are matched and grouped in a third of the time of texts.
  numbers as (
    select customer_id, row_number() over (order by customer_id) as customer, first_purchase_on
    from core.customers
    where first_purchase_on is not null
  ),
  goods as (
    select kind, currency, product_id, row_number() over (order by kind, currency, product_id) as good
    from (select distinct kind, currency, product_id from core.lines)
  ),
  bought as (
    select distinct n.customer, month_of(p.purchased_on) as month
    from core.purchases as p
    join numbers as n on n.customer_id = p.customer_id
  ),
  standing as (
    select s.pair, b.customer, max(1 - s.side) = 1 as was_in, max(s.side) = 1 as is_in
    from sides as s
    join bought as b on b.month = s.month
    group by s.pair, b.customer
  ),
  classes as (
    select
      s.pair, s.customer,
      case
        when s.was_in and s.is_in then 'continuing'
        when s.was_in then 'lost'
        when n.first_purchase_on > p.before_to then 'new'
        else 'returned'
      end as class
    from standing as s
    join stretches as p on p.pair = s.pair
    join numbers as n on n.customer = s.customer
  ),
  counted as (
    select
      pair,
      count(*) filter (where class = 'new') as new_customers,
      count(*) filter (where class = 'returned') as returned_customers,
      count(*) filter (where class = 'lost') as lost_customers,
      count(*) filter (where class = 'continuing') as continuing_customers
    from classes
    group by pair
  ),
  currencies as (
    select currency, any_value(constant_rate) as constant_rate
    from core.rates
    group by currency
  ),
  lines as (
    select
      month_of(l.booked_on) as month,
      l.customer_id is null as is_unknown,
      n.customer,
      g.good,
      case l.line_kind when 'sale' then l.quantity else 0 end as units,
      case l.line_kind when 'sale' then times(l.list_sales, c.constant_rate / l.rate) else 0 end as list_sales,
      case l.line_kind when 'sale' then l.net_sales_constant else 0 end as sales,
      l.net_sales_constant as net_sales,
      -- The cost of a product is kept in reporting currency; every other follows the currency of its line.
      case when l.cost_basis = 'product' then l.cost_of_goods else times(l.cost_of_goods, c.constant_rate / l.rate) end as cost_of_goods,
      l.line_kind = 'sale' as is_sale,
      l.net_sales - l.cost_of_goods as booked
    from core.lines as l
    join currencies as c on c.currency = l.currency
    join goods as g on g.kind = l.kind and g.currency = l.currency and g.product_id is not distinct from l.product_id
    left join numbers as n on n.customer_id = l.customer_id
  ),
  valued as (
    select
      month, is_unknown, customer, good, units, list_sales, sales,
      case when is_sale then cost_of_goods else 0 end as goods,
      net_sales - cost_of_goods as margin,
      booked
    from lines
  ),
  -- Goods are told apart only where they are compared.
  summed as (
    select
      s.pair, s.side,
      coalesce(k.class, case when l.is_unknown then 'continuing' else 'neither' end) as class,
      case when k.class = 'continuing' or l.is_unknown then l.good end as good,
      sum(l.units) as units,
      sum(l.list_sales) as list_sales,
      sum(l.sales) as sales,
      sum(l.goods) as goods,
      sum(l.margin) as margin,
      sum(l.booked) as booked
    from sides as s
    join valued as l on l.month = s.month
    left join classes as k on k.pair = s.pair and k.customer = l.customer
    group by all
  ),
  cells as (
    select
      pair, class, good,
      sum(units) filter (where side = 0) as units_0,
      sum(units) filter (where side = 1) as units_1,
      sum(list_sales) filter (where side = 0) as list_0,
      sum(list_sales) filter (where side = 1) as list_1,
      sum(list_sales - sales) filter (where side = 0) as discount_0,
      sum(list_sales - sales) filter (where side = 1) as discount_1,
      sum(goods) filter (where side = 0) as goods_0,
      sum(goods) filter (where side = 1) as goods_1,
      sum(case side when 1 then margin else -margin end) as change,
      sum(case side when 1 then margin - sales + goods else sales - goods - margin end) as other_change,
      sum(case side when 1 then booked - margin else margin - booked end) as exchange
    from summed
    group by pair, class, good
  ),
  compared as (
    select
      *,
      class = 'continuing' and units_0 > 0 and units_1 > 0 as is_comparable,
      cast(units_1 as double) / nullif(units_0, 0) as growth
    from cells
  ),
  parted as (
    select
      pair,
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
    group by pair
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
      s.pair,
      sum(case s.side when 1 then 1 else -1 end * h.fulfilment) as fulfilment,
      sum(case s.side when 1 then 1 else -1 end * (h.booked - h.fulfilment)) as exchange,
      sum(case s.side when 1 then -1 else 1 end * v.service) as service,
      sum(case s.side when 1 then -1 else 1 end * v.contact) as contact
    from sides as s
    left join handling as h on h.month = s.month
    left join serving as v on v.month = s.month
    group by s.pair
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
join stretches as t on t.from_on = p.from_on and t.to_on = p.to_on and t.before_from = p.before_from and t.before_to = p.before_to
left join counted as n on n.pair = t.pair
left join volumes as v on v.pair = t.pair
left join costs as c on c.pair = t.pair

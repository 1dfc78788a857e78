/*
description: >
  Basket rules in words, best lift first. support = orders with all items / all orders; confidence = orders with all / orders
  with the antecedent; lift = confidence / share of orders with the consequent. A lift of 1 is what chance gives; z says by how many
  standard errors the orders with all of them exceed that (hypergeometric).
grain: one row a basis, level and rule
tags: [whole_firm]
columns:
  basis: {type: VARCHAR, description: calibration or full, tests: [not_null]}
  level: {type: VARCHAR, description: 'category, subcategory or product', tests: [not_null]}
  rule: {type: BIGINT, description: Number of the rule within its basis and level; 1 the greatest lift, tests: [not_null]}
  items: {type: BIGINT, description: 'Items of the rule, consequent included', tests: [not_null]}
  antecedent: {type: 'VARCHAR[]', description: Items that are there, tests: [not_null]}
  antecedent_names: {type: VARCHAR, description: Their names, tests: [not_null]}
  antecedent_names_zh: {type: VARCHAR, description: 'Their names in Chinese, where all have one'}
  consequent: {type: VARCHAR, description: Item that comes along, tests: [not_null]}
  consequent_name: {type: VARCHAR, description: Its name, tests: [not_null]}
  consequent_name_zh: {type: VARCHAR, description: Its name in Chinese}
  orders: {type: BIGINT, description: Orders with all of them, tests: [not_null]}
  support: {type: DOUBLE, description: Share of all orders, tests: [not_null, {range: {min: 0, max: 1}}]}
  confidence: {type: DOUBLE, description: Share of the orders with the antecedent, tests: [not_null, {range: {min: 0, max: 1}}]}
  lift: {type: DOUBLE, description: Confidence against the share of all orders with the consequent, tests: [not_null]}
  z: {type: DOUBLE, description: Standard errors above what chance gives; null where chance leaves no room}
tests:
  - unique: [basis, level, rule]
*/
with
  numbered as (
    select *, row_number() over (order by basis, level, antecedent, consequent) as found
    from baskets.found
  ),
  parts as (
    select found, level, unnest(antecedent) as item_number
    from numbered
  ),
  named as (
    select
      p.found,
      list(i.item order by i.item_number) as antecedent,
      string_agg(i.name, ' + ' order by i.item_number) as antecedent_names,
      case when count(i.name_zh) = count(*) then string_agg(i.name_zh, '＋' order by i.item_number) end as antecedent_names_zh
    from parts as p
    join baskets.items as i on i.level = p.level and i.item_number = p.item_number
    group by p.found
  ),
  measured as (
    select
      *,
      cast(both_orders as double) / antecedent_orders as confidence,
      cast(both_orders as double) * orders / (cast(antecedent_orders as double) * consequent_orders) as lift,
      cast(antecedent_orders as double) * consequent_orders / orders as by_chance
    from numbered
  )
select
  m.basis,
  m.level,
  row_number() over (partition by m.basis, m.level order by m.lift desc, m.both_orders desc, m.found) as rule,
  len(n.antecedent) + 1 as items,
  n.antecedent,
  n.antecedent_names,
  n.antecedent_names_zh,
  c.item as consequent,
  c.name as consequent_name,
  c.name_zh as consequent_name_zh,
  m.both_orders as orders,
  cast(m.both_orders as double) / m.orders as support,
  m.confidence,
  m.lift,
  (m.both_orders - m.by_chance) / nullif(
    sqrt(m.by_chance * (1 - m.antecedent_orders / m.orders) * (1 - m.consequent_orders / m.orders) * m.orders / greatest(m.orders - 1, 1)),
    0
  ) as z
from measured as m
join named as n on n.found = m.found
join baskets.items as c on c.level = m.level and c.item_number = m.consequent

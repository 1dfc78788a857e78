/*
description: >
  The articles with today's price and cost, both in yuan. Hong Kong and Great Britain have price lists of their own,
  which stand on the order lines.
columns:
  unit_cost: {description: 'Cost today of one unit in yuan; null where the supplier sent none'}
*/
select
  item.item_no as product_id,
  item.name_en as name,
  item.name_cn as name_zh,
  top.name as category,
  branch.name as subcategory,
  top.name_cn as category_zh,
  branch.name_cn as subcategory_zh,
  cast(item.sup_id as varchar) as supplier_id,
  supplier.name as supplier_name,
  major_units(item.price_fen) as list_price,
  'CNY' as list_currency,
  major_units(item.cost_fen) as unit_cost,
  item.on_sale as launched_on,
  item.off_sale as discontinued_on
from raw.prd_item as item
left join raw.prd_category as branch on branch.cat_id = item.cat_id
left join raw.prd_category as top on top.cat_id = branch.parent_id
left join raw.prd_supplier as supplier on supplier.sup_id = item.sup_id

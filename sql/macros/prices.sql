-- How deep a discount is, of the price before it, in six bands.
create or replace macro discount_band(list_sales, discount) as
  case
    when discount <= 0 or list_sales <= 0 then 0
    when discount <= list_sales * 0.05 then 1
    when discount <= list_sales * 0.1 then 2
    when discount <= list_sales * 0.2 then 3
    when discount <= list_sales * 0.3 then 4
    else 5
  end;

-- What an order line is, by the sign of its quantity and of its amount.
-- free: no money moves (a gift, a sample, a stock correction). adjustment: money without goods, such as a written-off debt.
create or replace macro line_kind(quantity, amount) as
  case
    when amount = 0 then 'free'
    when quantity > 0 and amount > 0 then 'sale'
    when quantity < 0 and amount < 0 then 'return'
    else 'adjustment'
  end;

-- The same as line_kind = 'sale', without a word for every line.
create or replace macro is_sale(quantity, amount) as quantity > 0 and amount > 0;

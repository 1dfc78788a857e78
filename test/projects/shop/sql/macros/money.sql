-- Rates stand still in this shop.
create macro in_pounds(amount, currency) as amount * euro_rate(currency);
create or replace macro euro_rate(currency) as cast(case when currency = 'EUR' then 0.5 else 1 end as decimal(9, 2));

create macro paid_by(customer) as (select paid from core.customers where customer_id = customer);
create macro spending(least) as table select * from core.customers where paid >= least;

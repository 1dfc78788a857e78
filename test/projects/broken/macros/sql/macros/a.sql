create macro half(x) as x / 2;
create macro as_of() as date '2020-01-01';
select 1;
create macro half(x) as x * 0.5;
create macro odd(x) as x +;
create macro rate(c) as (select max(rate) from core.rates where currency = c);

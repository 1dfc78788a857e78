-- halves
create macro half(x) as x / 2;
create or replace macro twice(amount) as amount + amuont;

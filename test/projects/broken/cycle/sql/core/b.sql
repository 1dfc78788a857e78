with c as (select x from core.c)
select x from c

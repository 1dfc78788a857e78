select 1 as x
union all
select x from core.a

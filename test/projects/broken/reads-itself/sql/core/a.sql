select 1 as x
union all
select x + 1 from core.a

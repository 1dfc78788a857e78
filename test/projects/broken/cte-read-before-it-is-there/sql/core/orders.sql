with totals as (
  select person_id, sum(amount) as amount from paid group by person_id
),
paid as (
  select * from raw.orders where amount > 0
)
select * from totals

select * from read_csv('orders.csv')
union all
select * from 'orders.parquet'
union all
select * from query_table('core.orders')

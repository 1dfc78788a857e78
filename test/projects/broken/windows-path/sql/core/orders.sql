select * from 'C:\till\orders.txt'

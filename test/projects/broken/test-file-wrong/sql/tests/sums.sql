/*
severety: warn
*/
select order_id from core.ordres

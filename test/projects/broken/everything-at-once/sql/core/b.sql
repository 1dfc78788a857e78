/*
owner: sales
columns: {x: {typ: INTEGER}}
*/
select now() as x from core.d

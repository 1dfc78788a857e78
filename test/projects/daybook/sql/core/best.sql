/*
description: The best day of every region
grain: one row a region
*/
select region, max(amount) as amount from core.days group by region

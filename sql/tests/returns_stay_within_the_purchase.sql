/*
description: More came back of a line than was sold on it.
severity: warn
*/
select r.returned_line_id, l.quantity, sum(r.units) as came_back
from core.returns as r
join core.lines as l on l.line_id = r.returned_line_id
where r.is_named
group by r.returned_line_id, l.quantity
having sum(r.units) > l.quantity

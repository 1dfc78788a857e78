/*
description: A return names a line that is not a sale on the books by then; it is kept as a return that names none.
severity: warn
*/
select line_id, returned_line_id, booked_on
from core.returns
where returned_line_id is not null and not is_named

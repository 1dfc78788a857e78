/*
description: Shop staff, sales people and those who handle cases.
*/
select
  emp_no as staff_id,
  shop_code as store_id,
  chan_code as channel_id,
  name,
  hired as hired_on,
  left_on
from raw.hr_employee

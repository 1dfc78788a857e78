/*
description: The firm's suppression file, made from objections, returned mail and public files.
*/
select
  cast(sup_id as varchar) as suppression_id,
  case kind when 'OPT' then 'opt_out' when 'DEC' then 'deceased' when 'MIN' then 'minor' when 'CMP' then 'complaint' end
    as kind,
  name as full_name,
  email,
  phone,
  addr as address,
  zip as postcode,
  recorded as recorded_on
from raw.mkt_suppression

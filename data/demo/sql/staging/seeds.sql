/*
description: The firm's twelve decoys, four in each market.
*/
select
  cast(seed_id as varchar) as seed_id,
  name as full_name,
  addr as address,
  email,
  phone
from raw.mkt_seed

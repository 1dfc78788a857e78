/*
description: The contact persons of the accounts; one in twelve is a member as well.
*/
select
  cast(cp_id as varchar) as contact_id,
  corp_no as organisation_id,
  member_no as person_id,
  name as full_name,
  case role when 1 then 'decider' when 2 then 'buyer' when 3 then 'user' when 4 then 'influencer' end as role,
  email,
  phone,
  since as recorded_on
from raw.t_corp_person

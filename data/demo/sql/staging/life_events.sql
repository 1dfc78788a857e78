/*
description: Events in the lives of members, as far as they told the firm.
*/
select
  cast(ev_id as varchar) as event_id,
  member_no as person_id,
  case kind
    when 'MV' then 'moved' when 'MA' then 'married' when 'CH' then 'child_born' when 'RE' then 'retired'
    when 'JB' then 'new_job'
  end as kind,
  happened as happened_on
from raw.t_life_event

/*
description: Ties that members declared. A number that begins with M is a member's, with K an account's.
*/
select
  cast(rel_id as varchar) as relation_id,
  case kind
    when 'SP' then 'spouse' when 'FA' then 'family' when 'CO' then 'colleague' when 'RF' then 'referral'
    when 'AC' then 'account'
  end as kind,
  from_no as from_id,
  case substr(from_no, 1, 1) when 'M' then 'person' when 'K' then 'organisation' end as from_kind,
  to_no as to_id,
  case substr(to_no, 1, 1) when 'M' then 'person' when 'K' then 'organisation' end as to_kind,
  since as declared_on
from raw.t_relation

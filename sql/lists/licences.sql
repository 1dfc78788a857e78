/*
description: The lists delivered up to the as-of day, on what terms, and how these stand today.
grain: one row a list
columns:
  list_id: {type: VARCHAR, description: List, tests: [unique, not_null]}
  name: {type: VARCHAR, description: Name of the list}
  owner: {type: VARCHAR, description: Owner or broker}
  acquisition: {type: VARCHAR, description: bought or rented}
  delivered_on: {type: DATE, description: Day delivered}
  uses_allowed: {type: INTEGER, description: 'Times that a name may be contacted: as agreed, else once where the list is rented; null when not limited'}
  channels: {type: VARCHAR, description: Ways of contact allowed}
  purpose: {type: VARCHAR, description: Use allowed in the words of the licence}
  purposes: {type: VARCHAR, description: Purposes of campaigns that this use covers}
  mail_from: {type: DATE, description: First day of use}
  mail_until: {type: DATE, description: Last day of use}
  expires_on: {type: DATE, description: Last day of the licence; null when it does not end}
  proof_of_consent: {type: VARCHAR, description: What the owner can show; null when nothing}
  priority: {type: INTEGER, description: Rank among lists that hold the same name}
  delivered_table: {type: VARCHAR, description: Table of the sources that holds nothing but this delivery}
  state: {type: VARCHAR, description: How the licence stands on the as-of day, tests: [not_null, {accepted_values: [before_window, open, after_window, expired]}]}
*/
select
  list_id,
  name,
  owner,
  acquisition,
  delivered_on,
  coalesce(uses_allowed, case when acquisition = 'rented' then 1 end) as uses_allowed,
  channels,
  purpose,
  purposes,
  mail_from,
  mail_until,
  expires_on,
  proof_of_consent,
  priority,
  delivered_table,
  case
    when as_of() > expires_on then 'expired'
    when as_of() < mail_from then 'before_window'
    when as_of() > mail_until then 'after_window'
    else 'open'
  end as state
from staging.lists
where delivered_on is null or delivered_on <= as_of()

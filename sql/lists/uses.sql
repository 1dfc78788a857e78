/*
description: >
  Every use of a list, held against its licence. A use outside the licence is a breach: the owner's decoys will tell. What
  is not known is not allowed.
grain: one row a list, campaign, day and channel
columns:
  list_id: {type: VARCHAR, description: List, tests: [not_null]}
  campaign_id: {type: VARCHAR, description: Campaign, tests: [not_null]}
  used_on: {type: DATE, description: Day of the contacts, tests: [not_null]}
  channel: {type: VARCHAR, description: Way of contact}
  purpose: {type: VARCHAR, description: Purpose of the campaign}
  names: {type: BIGINT, description: Names contacted, tests: [{range: {min: 1}}]}
  use_number: {type: BIGINT, description: How many times the name used most often had then been used}
  dropped_names: {type: BIGINT, description: Names contacted that merge/purge had dropped}
  suppressed_names: {type: BIGINT, description: 'Of these, names that must not be contacted at all'}
  refusal: {type: VARCHAR, description: What stood against it; null when allowed, tests: [{accepted_values: [no_proof, channel, purpose, before_window, expired, after_window, uses]}]}
  is_allowed: {type: BOOLEAN, description: Within the licence, tests: [not_null]}
tests:
  - unique: [list_id, campaign_id, used_on, channel]
*/
with
  contacts as (
    select
      c.list_id,
      c.list_name_id,
      c.campaign_id,
      c.contacted_on as used_on,
      c.medium as channel,
      row_number() over (partition by c.list_id, coalesce(c.list_name_id, c.contact_id) order by c.contacted_on, c.contact_id) as use_number
    from staging.contacts as c
    where c.list_id is not null and c.cell = 'treatment' and c.contacted_on <= as_of()
  ),
  uses as (
    select
      c.list_id,
      c.campaign_id,
      c.used_on,
      c.channel,
      count(*) as names,
      max(c.use_number) as use_number,
      count(n.reason) as dropped_names,
      count(*) filter (where n.reason in ('opt_out', 'deceased', 'minor', 'complaint')) as suppressed_names
    from contacts as c
    left join lists.names as n on n.list_name_id = c.list_name_id
    group by c.list_id, c.campaign_id, c.used_on, c.channel
  ),
  held as (
    select
      u.*,
      k.purpose,
      licence_refusal(
        {
          'proof_of_consent': l.proof_of_consent, 'channels': l.channels, 'purposes': l.purposes, 'mail_from': l.mail_from,
          'mail_until': l.mail_until, 'expires_on': l.expires_on, 'uses_allowed': l.uses_allowed
        },
        u.channel,
        k.purpose,
        u.used_on,
        u.use_number
      ) as refusal
    from uses as u
    left join staging.campaigns as k on k.campaign_id = u.campaign_id
    left join lists.licences as l on l.list_id = u.list_id
  )
select
  list_id, campaign_id, used_on, channel, purpose, names, use_number, dropped_names, suppressed_names, refusal,
  refusal is null as is_allowed
from held

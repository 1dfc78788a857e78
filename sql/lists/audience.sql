/*
description: >
  Whether a name on a list may be contacted on the as-of day, for every channel and purpose that its licence names, and if
  not, why: the licence first (lists.uses, with one use more), then what merge/purge dropped, then those who have become
  customers (our own consents count for them), those who stand in the suppression file by now, and names without the
  contact point. A channel or purpose that has no row is refused.
grain: one row a name, channel and purpose
columns:
  list_name_id: {type: VARCHAR, description: Name on a list, tests: [not_null]}
  list_id: {type: VARCHAR, description: List, tests: [not_null]}
  channel: {type: VARCHAR, description: Way of contact, tests: [not_null]}
  purpose: {type: VARCHAR, description: Purpose of the campaign, tests: [not_null]}
  times_used: {type: BIGINT, description: Times the name has been contacted, tests: [not_null]}
  name_refusal: {type: VARCHAR, description: 'What stands against the name itself, whatever the licence says', tests: [{accepted_values: [dropped, customer, suppressed, no_contact_point]}]}
  refusal: {type: VARCHAR, description: What stands against it; null when the name may be contacted, tests: [{accepted_values: [no_proof, channel, purpose, before_window, expired, after_window, uses, dropped, customer, suppressed, no_contact_point]}]}
  is_allowed: {type: BOOLEAN, description: The name may be contacted, tests: [not_null]}
tests:
  - unique: [list_name_id, channel, purpose]
*/
with
  allowed as (
    select
      *,
      unnest(string_split(replace(lower(channels), ' ', ''), ',')) as channel
    from lists.licences
  ),
  terms as (
    select *, unnest(string_split(replace(lower(purposes), ' ', ''), ',')) as allowed_purpose
    from allowed
  ),
  used as (
    select list_name_id, count(*) as times
    from staging.contacts
    where list_name_id is not null and cell = 'treatment' and contacted_on <= as_of()
    group by list_name_id
  ),
  judged as (
    select
      n.list_name_id,
      n.list_id,
      t.channel,
      t.allowed_purpose as purpose,
      coalesce(u.times, 0) as times_used,
      licence_refusal(
        {
          'proof_of_consent': t.proof_of_consent, 'channels': t.channels, 'purposes': t.purposes, 'mail_from': t.mail_from,
          'mail_until': t.mail_until, 'expires_on': t.expires_on, 'uses_allowed': t.uses_allowed
        },
        t.channel,
        t.allowed_purpose,
        as_of(),
        coalesce(u.times, 0) + 1
      ) as licence_says,
      case
        when not n.is_net then 'dropped'
        when n.house_on <= as_of() then 'customer'
        when len(list_filter(m.suppressions, lambda s: coalesce(s.recorded_on <= as_of(), true))) > 0 then 'suppressed'
        when case t.channel when 'email' then d.email when 'mail' then d.address else d.phone end is null then 'no_contact_point'
      end as name_refusal
    from lists.names as n
    join terms as t on t.list_id = n.list_id
    join staging.list_names as d on d.list_name_id = n.list_name_id
    join lists.matches as m on m.list_name_id = n.list_name_id
    left join used as u on u.list_name_id = n.list_name_id
  )
select
  list_name_id, list_id, channel, purpose, times_used, name_refusal, coalesce(licence_says, name_refusal) as refusal,
  coalesce(licence_says, name_refusal) is null as is_allowed
from judged

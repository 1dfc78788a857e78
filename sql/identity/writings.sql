/*
description: >
  Texts in characters as they are compared: in simplified characters, and as they sound in Latin letters on the
  mainland and in Hong Kong. Other letters and digits stay where they stand.
grain: one row a text
columns:
  text: {type: VARCHAR, description: Text as written, pii: direct, tests: [unique, not_null]}
  simplified: {type: VARCHAR, description: In simplified characters, pii: direct}
  mandarin: {type: VARCHAR, description: In pinyin, pii: direct}
  cantonese: {type: VARCHAR, description: 'As Hong Kong spells it, about', pii: direct}
*/
with
  signs as (
    select text, unnest(string_split(text, '')) as sign, generate_subscripts(string_split(text, ''), 1) as position
    from identity.texts
  )
select
  s.text,
  string_agg(coalesce(c.simplified, s.sign), '' order by s.position, c.simplified) as simplified,
  string_agg(coalesce(c.mandarin, s.sign), '' order by s.position, c.mandarin) as mandarin,
  string_agg(coalesce(c.cantonese, s.sign), '' order by s.position, c.cantonese) as cantonese
from signs as s
left join identity.characters as c on c.character = s.sign
group by s.text

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
  ),
  -- One list of each text, sorted once: three texts put together in order cost six times as much.
  written as (
    select
      s.text,
      list_sort(list({
        'position': s.position,
        'simplified': coalesce(c.simplified, s.sign),
        'mandarin': coalesce(c.mandarin, s.sign),
        'cantonese': coalesce(c.cantonese, s.sign)
      })) as signs
    from signs as s
    left join identity.characters as c on c.character = s.sign
    group by s.text
  )
select
  text,
  array_to_string(list_transform(signs, lambda s: s.simplified), '') as simplified,
  array_to_string(list_transform(signs, lambda s: s.mandarin), '') as mandarin,
  array_to_string(list_transform(signs, lambda s: s.cantonese), '') as cantonese
from written

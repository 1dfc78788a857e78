-- What identity compares: values in one form, how alike two values are, and what that weighs.
-- A level is a whole number, higher is more alike, 0 is "differs", null is "one of them is not known".
-- The names of the levels stand in pipelines/linkage/kinds.ts, in the same order.
-- Spaces and hyphens go before the patterns that would take them away too: that costs a fifth.

create or replace macro standard_name(value) as
  nullif(regexp_replace(lower(strip_accents(value)), '[^\p{L}]', '', 'g'), '');

create or replace macro standard_text(value) as
  nullif(regexp_replace(replace(lower(strip_accents(value)), ' ', ''), '[^\p{L}\p{N}]', '', 'g'), '');

-- Numbers that stand apart stay apart.
create or replace macro standard_address(value) as
  nullif(
    regexp_replace(
      replace(regexp_replace(lower(strip_accents(value)), '([0-9])[^\p{L}\p{N}]+([0-9])', '\1_\2', 'g'), ' ', ''),
      '[^\p{L}\p{N}_]',
      '',
      'g'
    ),
    ''
  );

create or replace macro standard_email(value) as
  case when contains(value, '@') then nullif(lower(trim(value)), '') end;

-- A date as eight digits, also one that no calendar has: a digit may be wrong.
create or replace macro standard_date(value) as
  nullif(left(regexp_replace(replace(cast(value as varchar), '-', ''), '[^0-9]', '', 'g'), 8), '');

create or replace macro day_number(digits) as
  cast(try_strptime(digits, '%Y%m%d') as date) - date '1900-01-01';

-- The last eight digits: country codes and trunk prefixes are written or not.
create or replace macro standard_phone(value) as
  nullif(right(regexp_replace(value, '[^0-9]', '', 'g'), 8), '');

-- Without the legal form, which the same firm writes in many ways.
create or replace macro standard_organisation(value) as
  coalesce(
    nullif(
      regexp_replace(
        regexp_replace(
          lower(strip_accents(value)),
          '\b(company|co|limited|ltd|llp|llc|plc|inc|incorporated|corp|corporation|gmbh|ag|sa|bv|the)\b|股份有限公司|有限责任公司|有限公司|集团|公司',
          '',
          'g'
        ),
        '[^\p{L}\p{N}]',
        '',
        'g'
      ),
      ''
    ),
    standard_text(value)
  );

-- British companies have eight signs, noughts in front; others are written with or without spaces.
create or replace macro standard_registration(value, country) as
  case
    when country = 'GB' and regexp_full_match(regexp_replace(value, '[^A-Za-z0-9]', '', 'g'), '[0-9]{6,8}')
      then lpad(regexp_replace(value, '[^0-9]', '', 'g'), 8, '0')
    else nullif(upper(regexp_replace(value, '[^A-Za-z0-9]', '', 'g')), '')
  end;

create or replace macro standard_domain(value) as
  nullif(regexp_extract(lower(trim(value)), '^(?:[a-z]+://)?(?:[^@/]*@)?(?:www[0-9]?\.)?([^/:?#\s]+)', 1), '');

create or replace macro is_han(value) as unicode(value) >= 13312;

-- Jaro-Winkler similarity of values that differ.
create or replace macro similarity(a, b) as
  case when a <> b then jaro_winkler_similarity(a, b) end;

-- One letter added, left out, changed, or two neighbours exchanged.
create or replace macro one_slip(a, b) as
  case
    when abs(length(a) - length(b)) > 1 then false
    when levenshtein(a, b) <= 1 then true
    when length(a) = length(b) and levenshtein(a, b) = 2 then damerau_levenshtein(a, b) = 1
    else false
  end;

-- Characters and Latin letters can be compared only by how they sound.
create or replace macro heard(sound_a, sound_b, level_same, level_alike) as
  case
    when sound_a is null or sound_b is null then null
    when sound_a = sound_b then level_same
    when one_slip(sound_a, sound_b) then level_alike
    when jaro_winkler_similarity(sound_a, sound_b) >= 0.9 then level_alike
    else 0
  end;

create or replace macro name_level(a, b, alike, sound_a, sound_b) as
  case
    when a is null or b is null then null
    when a = b then 7
    when is_han(a) <> is_han(b) then heard(sound_a, sound_b, 6, 5)
    when is_han(a) and sound_a = sound_b then 6
    when alike < 0.7 and not is_han(a) then 0
    when greatest(length(a), length(b)) >= 3 and one_slip(a, b) then 4
    when alike >= 0.9 then 3
    when starts_with(a, b) or starts_with(b, a) then 2
    when alike >= 0.75 then 1
    else 0
  end;

create or replace macro crosswise(a, b) as unicode(a) = unicode(b) and jaro_winkler_similarity(a, b) >= 0.88;

-- Given and family name stand in each other's place: one agrees crosswise, neither where it stands.
create or replace macro names_swapped(given_l, family_l, given_r, family_r) as
  coalesce(
    case
      when given_l = given_r or family_l = family_r then false
      when crosswise(given_l, family_r) or crosswise(family_l, given_r) then greatest(
        coalesce(jaro_winkler_similarity(given_l, given_r), 0),
        coalesce(jaro_winkler_similarity(family_l, family_r), 0)
      ) < 0.88
      else false
    end,
    false
  );

-- Levels 8 to 11 of a given name: both names together, once they are put in order.
create or replace macro swapped_level(given, family) as
  case
    when given is null or family is null then 10
    when given >= 6 and family >= 6 then 11
    when given >= 3 and family >= 3 then 9
    else 8
  end;

create or replace macro text_level(a, b, alike, sound_a, sound_b) as
  case
    when a is null or b is null then null
    when a = b then 6
    when is_han(a) <> is_han(b) then heard(sound_a, sound_b, 5, 4)
    when alike < 0.7 then 0
    when greatest(length(a), length(b)) >= 3 and one_slip(a, b) then 3
    when levenshtein(a, b) <= 0.25 * greatest(length(a), length(b)) then 2
    when alike >= 0.8 then 1
    else 0
  end;

create or replace macro numbers_of(value) as list_sort(regexp_extract_all(value, '[0-9]+'));

-- An address keeps its numbers (floor, house, block) in another script; with other numbers it is another home.
create or replace macro address_level(a, b, alike) as
  case
    when a is null or b is null then null
    when a = b then 5
    when is_han(a) <> is_han(b) then case
      when len(numbers_of(a)) < 2 or len(numbers_of(b)) < 2 then null
      when numbers_of(a) = numbers_of(b) then 4
      else 0
    end
    when alike < 0.75 then 0
    when numbers_of(a) <> numbers_of(b) then 1
    when greatest(length(a), length(b)) >= 3 and one_slip(a, b) then 3
    when levenshtein(a, b) <= 0.25 * greatest(length(a), length(b)) then 3
    when alike >= 0.8 then 2
    else 0
  end;

create or replace macro code_level(a, b, alike) as
  case
    when a is null or b is null then null
    when a = b then 3
    when alike < 0.7 then 0
    when length(a) > 2 and one_slip(a, b) then 2
    when length(a) > 4 and levenshtein(a, b) <= 2 then 1
    else 0
  end;

create or replace macro digits_of(value) as translate(value, 'abcdefghijklmnopqrstuvwxyz.@_-+', '');

-- Addresses are made of names: people who share a name have similar ones, with other numbers.
create or replace macro email_level(a, b, alike) as
  case
    when a is null or b is null then null
    when a = b then 4
    when alike < 0.8 then 0
    when split_part(a, '@', 1) = split_part(b, '@', 1) then 2
    when abs(length(a) - length(b)) <= 2 and levenshtein(a, b) <= 2 then case when digits_of(a) = digits_of(b) then 3 else 0 end
    when alike >= 0.9 then case when digits_of(a) = digits_of(b) then 1 else 0 end
    else 0
  end;

-- Digits of two dates that differ, by their place.
create or replace macro digits_apart(a, b) as
  case when a <> b and length(a) = 8 and length(b) = 8 then hamming(a, b) end;

create or replace macro date_level(a, b, apart, day_a, day_b) as
  case
    when a is null or b is null then null
    when a = b then 6
    when apart is null then 0
    when apart <= 4 then case
      when apart = 1 then 5
      when apart = 2 and damerau_levenshtein(a, b) = 1 then 5
      when a[1:4] = b[1:4] and a[5:6] = b[7:8] and a[7:8] = b[5:6] then 5
      when a[5:8] = b[5:8] then 4
      when apart = 2 then 3
      else days_level(day_a, day_b)
    end
    else days_level(day_a, day_b)
  end;

create or replace macro days_level(day_a, day_b) as
  case when abs(day_a - day_b) <= 40 then 2 when abs(day_a - day_b) <= 372 then 1 else 0 end;

-- A pattern is one number: each comparison has four bits, its level and one, or zero where it cannot be compared.
create or replace macro as_digit(level, place) as cast(coalesce(level + 1, 0) as bigint) << (4 * place);
create or replace macro level_at(pattern, place) as cast(nullif((pattern >> (4 * place)) & 15, 0) - 1 as tinyint);

-- How a value begins and how it ends, as one number: two records of a person rarely differ in both. An initial says
-- nothing. Constants are cast, for the engine would reckon in 128 bits.
create or replace macro ends_of(value, letters) as
  case
    when length(value) >= letters then cast(
      ((hash(left(value, letters)) & cast(65535 as ubigint)) << cast(16 as ubigint))
        | (hash(right(value, letters)) & cast(65535 as ubigint))
      as uinteger
    )
  end;
-- `agrees` (bits) where one of both agrees (the product of what differs in each is nought), `differs` where neither
-- does, nothing where one is not known.
create or replace macro ends_speak(a, b, agrees, differs) as coalesce(
  cast((xor(a, b) >> cast(16 as uinteger)) * (xor(a, b) & cast(65535 as uinteger)) = cast(0 as uinteger) as float)
    * cast(agrees - differs as float) + cast(differs as float),
  cast(0 as float)
);

-- How much more (bits) an agreement says when the value is rarer than most: the records that would share a value by
-- chance, against those that do. The two records of the pair are left out, so that they do not speak against themselves.
create or replace macro rarity(records, known, chance) as
  log2((known * chance + 1) / (greatest(records - 2, 0) + 1));

-- Log-odds (bits) that two records are one person. The four first arguments are the log shares of pairs that are the
-- same person at the same home, the same person elsewhere, another person at the same home, another person elsewhere.
create or replace macro match_weight(same_home, same_moved, other_home, other, personal, home, mixed, mixed_home) as
  log2(pow(2, same_home + personal + home + mixed) + pow(2, same_moved + personal + mixed))
  - log2(pow(2, other_home + home + mixed_home) + pow(2, other));

-- The same for "they share a home".
create or replace macro home_weight(same_home, same_moved, other_home, other, personal, home, mixed, mixed_home) as
  log2(pow(2, same_home + personal + home + mixed) + pow(2, other_home + home + mixed_home))
  - log2(pow(2, same_moved + personal + mixed) + pow(2, other));

create or replace macro probability_of(weight) as 1 / (1 + pow(2, -weight));

-- Names of people in parts, whichever way they are written. Wang Xiaoming, 王小明 先生, CHAN Tai Man, Peter, Dr Zoë Taylor.

-- Full-width signs as half-width, spaces single.
create or replace macro plain_text(value) as
  nullif(
    trim(
      regexp_replace(
        case
          -- Few texts have such signs, and looking for them costs a tenth of putting others in their place.
          when regexp_matches(value, '[，．（）・‧•　０-９＃－]')
            then translate(nfc_normalize(value), '，．（）・‧•　０１２３４５６７８９＃－', ',.()··· 0123456789#-')
          else nfc_normalize(value)
        end,
        '\s+',
        ' ',
        'g'
      )
    ),
    ''
  );

-- Whether plain_text leaves anything.
create or replace macro is_written(value) as coalesce(regexp_matches(value, '[^\s　]'), false);

create or replace macro latin_title(name) as
  regexp_extract(
    name, '^(?i)((?:(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|lady|lord|revd?|reverend|madam)\b\.?\s+)+)', 1
  );

create or replace macro han_title(name) as
  regexp_extract(name, '\p{Han}\s*(先生|女士|小姐|太太|夫人|博士|教授|医生|醫生|老师|老師|师傅|師傅)$', 1);

create or replace macro title_of(name) as
  coalesce(nullif(trim(latin_title(name)), ''), nullif(han_title(name), ''));

-- A name without form of address, honours, brackets and what stands in them.
create or replace macro name_body(name) as
  nullif(
    trim(
      regexp_replace(
        regexp_replace(
          regexp_replace(
            substr(name, length(latin_title(name)) + 1, length(name) - length(latin_title(name)) - length(han_title(name))),
            '\([^)]*\)', ' ', 'g'
          ),
          '(?i)(?:[\s,]+(?:jr|snr|jnr|sr|ii|iii|iv|esq|phd|obe|mbe|cbe|kbe|bsc|msc|mba|frs)\.?)+$', ''
        ),
        '\s+', ' ', 'g'
      ),
      ' ,'
    ),
    ''
  );

create or replace macro han_of(name) as nullif(regexp_replace(name, '[^\p{Han}·]', '', 'g'), '');
create or replace macro latin_of(name) as nullif(trim(regexp_replace(name, '[\p{Han}·]+', ' ', 'g'), ' ,'), '');

create or replace macro has_compound_family(name) as
  regexp_matches(
    name,
    '^(?:欧阳|歐陽|司徒|司马|司馬|上官|诸葛|諸葛|夏侯|东方|東方|皇甫|尉迟|尉遲|公孙|公孫|慕容|令狐|宇文|长孙|長孫|司空|独孤|獨孤|端木|轩辕|軒轅|南宫|南宮|呼延|钟离|鍾離|闻人|聞人|澹台|澹臺|濮阳|濮陽|鲜于|鮮于|万俟|萬俟|赫连|赫連|淳于|拓跋|东郭|東郭|西门|西門)'
  );

-- 欧阳娜娜 and 歐陽震華 have two characters before the given name, most have one; 阿凡提·买买提 has the given name first.
create or replace macro han_parts(name, is_family) as
  case
    when contains(name, '·')
      then {'family': split_part(name, '·', 2), 'given': split_part(name, '·', 1)}
    when is_family then {'family': name, 'given': null}
    when length(name) >= 3 and has_compound_family(name) then {'family': left(name, 2), 'given': substr(name, 3)}
    else {'family': left(name, 1), 'given': nullif(substr(name, 2), '')}
  end;

-- A family name in capitals, as Hong Kong and travel documents write it: CHAN Tai Man, Peter CHAN Tai Man.
create or replace macro capitals_of(name) as
  nullif(trim(regexp_extract(name, '(?:^|\s)(\p{Lu}[\p{Lu}''’-]+(?:\s+\p{Lu}[\p{Lu}''’-]+)*)(?:$|[\s,])', 1)), '');

create or replace macro word_count(name) as len(string_split(name, ' '));

create or replace macro rest_of(name, words) as nullif(array_to_string(string_split(name, ' ')[words + 1:], ' '), '');

-- Names in Latin letters. `country` decides what no letter shows: on the mainland the family name stands first.
create or replace macro latin_parts(name, capitals, country) as
  case
    when contains(name, ',') and (contains(split_part(name, ',', 1), ' ') and capitals is not null)
      then {
        'family': split_part(name, ' ', 1),
        'given': rest_of(trim(split_part(name, ',', 1)), 1),
        'english': nullif(trim(split_part(name, ',', 2)), '')
      }
    when contains(name, ',')
      then {'family': trim(split_part(name, ',', 1)), 'given': nullif(trim(split_part(name, ',', 2)), ''), 'english': null}
    when capitals is not null and capitals <> name
      then case
        when starts_with(name, capitals)
          then {'family': capitals, 'given': trim(substr(name, length(capitals) + 1)), 'english': null}
        when ends_with(name, capitals)
          then case
            when country = 'HK'
              then {'family': capitals, 'given': null, 'english': trim(left(name, length(name) - length(capitals)))}
            else {'family': capitals, 'given': trim(left(name, length(name) - length(capitals))), 'english': null}
          end
        else {
          'family': capitals,
          'given': trim(substr(name, strpos(name, capitals) + length(capitals))),
          'english': trim(left(name, strpos(name, capitals) - 1))
        }
      end
    when not contains(name, ' ') then {'family': name, 'given': null, 'english': null}
    when country = 'CN' then {'family': split_part(name, ' ', 1), 'given': rest_of(name, 1), 'english': null}
    when country in ('HK', 'MO') and word_count(name) = 2
      then {'family': split_part(name, ' ', 2), 'given': null, 'english': split_part(name, ' ', 1)}
    when country in ('HK', 'MO') and word_count(name) = 3
      then {'family': split_part(name, ' ', 1), 'given': rest_of(name, 1), 'english': null}
    when country in ('HK', 'MO')
      then {'family': split_part(name, ' ', 2), 'given': rest_of(name, 2), 'english': split_part(name, ' ', 1)}
    else {
      'family': regexp_extract(name, '(?i)((?:\b(?:van|von|de|del|della|der|den|di|da|dos|la|le|al|bin|binti|ter|ten|mac|st\.?)\s+)*\S+)$', 1),
      'given': trim(regexp_extract(name, '(?i)^(.*?)\s+(?:\b(?:van|von|de|del|della|der|den|di|da|dos|la|le|al|bin|binti|ter|ten|mac|st\.?)\s+)*\S+$', 1)),
      'english': null
    }
  end;

-- Hong Kong has no rule for its spelling: Tse and Che, Sze and Si, Yuen and Yun, Mei and Mi are written for one sound.
create or replace macro cantonese_sound(latin) as
  replace(
    replace(
      replace(
        replace(
          replace(
            regexp_replace(
              replace(replace(standard_name(latin), 'tsz', 'chi'), 'ts', 'ch'), 'sze?', 'si', 'g'
            ), 'sh', 's'
          ), 'ee', 'i'
        ), 'oo', 'u'
      ), 'ue', 'u'
    ), 'ei', 'i'
  );

-- How a name or place sounds where it is at home: its readings in characters, or as it is written in Latin letters.
create or replace macro sound_in(is_cantonese, cantonese, mandarin, written) as
  case
    when is_cantonese then cantonese_sound(coalesce(cantonese, written))
    else coalesce(mandarin, written)
  end;

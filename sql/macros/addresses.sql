-- Addresses in parts: mainland, Hong Kong and British ones, in characters and in Latin letters.

create or replace macro british_postcode(value) as
  nullif(
    regexp_replace(
      regexp_extract(upper(value), '\b([A-Z]{1,2}[0-9][A-Z0-9]?\s*[0-9][ABD-HJLNP-UW-Z]{2})\b', 1), '^(\S+?)\s*(\S{3})$', '\1 \2'
    ),
    ''
  );

create or replace macro mainland_postcode(value) as nullif(regexp_extract(value, '(?:^|[^0-9])([0-9]{6})(?:$|[^0-9])', 1), '');

-- The postcode as its country writes it; Hong Kong has none, whatever a form made people type.
create or replace macro standard_postcode(postcode, address, country) as
  case country
    when 'GB' then coalesce(british_postcode(postcode), british_postcode(address))
    when 'CN' then coalesce(mainland_postcode(postcode), mainland_postcode(address))
    when 'HK' then null
    else nullif(upper(trim(postcode)), '')
  end;

create or replace macro part_of(line, pattern) as nullif(trim(regexp_extract(line, pattern, 1)), '');

create or replace macro is_han_line(line) as regexp_matches(line, '\p{Han}');

-- 广东省广州市天河区 before a street; Hong Kong writes its districts without a word that says so.
create or replace macro hong_kong_district(line) as
  part_of(
    line,
    '^(?:香港島?|九龍|新界)?(堅尼地城|西營盤|銅鑼灣|鰂魚涌|西灣河|筲箕灣|香港仔|尖沙咀|油麻地|深水埗|長沙灣|荔枝角|九龍城|九龍塘|九龍灣|土瓜灣|黃大仙|鑽石山|牛頭角|將軍澳|馬鞍山|天水圍|中環|金鐘|灣仔|北角|太古|柴灣|上環|西環|旺角|佐敦|紅磡|觀塘|藍田|沙田|大圍|大埔|粉嶺|上水|元朗|屯門|荃灣|葵涌|青衣|東涌|西貢)'
  );

create or replace macro han_district(line) as
  coalesce(
    part_of(line, '^(?:\p{Han}{2,3}(?:省|自治区))?(?:\p{Han}{2,4}?市)?(\p{Han}{1,4}?(?:新区|区|區|县|縣))'),
    hong_kong_district(line)
  );

create or replace macro latin_district(line) as part_of(line, ',\s*([^,0-9]+)$');

-- What follows the district: 沙田沙田正街 has it twice, and the street keeps it.
create or replace macro after_district(line, district) as
  case
    when district is null then regexp_replace(line, '^(?:\p{Han}{2,3}(?:省|自治区))?(?:\p{Han}{2,4}?市)?', '')
    when length(district) < strpos(line, '道') - 1 or not contains(line, '道')
      then substr(line, strpos(line, district) + length(district))
    else line
  end;

create or replace macro han_street(rest) as
  part_of(
    rest,
    '^\s*(\p{Han}{1,9}?(?:大道|大街|公路|正街|胡同|马路|馬路|[路街道巷弄里徑坊])[东南西北中東]?)\s*[0-9一二三四五六七八九十]+'
  );

create or replace macro latin_street(line) as
  coalesce(
    part_of(
      line,
      '(?i)(?:^|[\s,])(?:no\.?\s*)?[0-9]+[a-z]?(?:-[0-9]+[a-z]?)?,?\s+([\p{L}''’. -]*?\b(?:road|rd|street|st|avenue|ave|lane|ln|drive|dr|close|cl|crescent|cres|way|place|pl|gardens|gdns|terrace|ter|grove|walk|court|ct|square|sq|hill|row|mews|path|kingsway|broadway)\b\.?(?:\s+(?:east|west|north|south|central|e|w|n|s))?)'
    ),
    part_of(line, '(?i)(?:^|,\s*)((?:the\s+)?[\p{L}''’. -]+\b(?:road|rd|street|avenue|ave|lane|drive|close|crescent|way|place|gardens|terrace|grove|walk|square|hill|row|mews)\b\.?)')
  );

create or replace macro house_number_of(line) as
  case
    when is_han_line(line) then part_of(line, '([0-9]+(?:-[0-9]+)?[甲乙丙A-Z]?)\s*[号號](?:[^楼樓]|$)')
    else lower(
      coalesce(
        part_of(line, '(?i)\bno\.?\s*([0-9]+[a-z]?(?:-[0-9]+[a-z]?)?)\b'),
        part_of(line, '(?i)(?:^|,\s*)([0-9]+[a-z]?(?:-[0-9]+[a-z]?)?),?\s+\p{L}')
      )
    )
  end;

create or replace macro block_of(line) as
  upper(
    case
      when is_han_line(line) then part_of(line, '([0-9]+|[A-Z]|[一二三四五六七八九十]+)\s*(?:栋|棟|幢|座|号楼|號樓)')
      else part_of(line, '(?i)\b(?:block|blk|bldg|building|tower)\.?\s*([0-9]+|[A-Z])\b')
    end
  );

create or replace macro floor_of(line) as
  upper(
    case
      when is_han_line(line) then part_of(line, '([0-9]+|地下|[一二三四五六七八九十]+)\s*(?:楼|樓|层|層)')
      else coalesce(
        part_of(line, '(?i)\b([0-9]+|G|LG|UG)/F\b'),
        part_of(line, '(?i)\b([0-9]+)(?:st|nd|rd|th)\s+floor\b'),
        part_of(line, '(?i)\bfloor\s+([0-9]+)\b')
      )
    end
  );

create or replace macro flat_of(line) as
  upper(
    case
      when is_han_line(line) then part_of(line, '([0-9]*[A-Za-z]?[0-9]*)\s*(?:室|房|号房|單位|单位)')
      else part_of(line, '(?i)\b(?:flat|apartment|apt|unit|room|rm|suite)\.?\s*([0-9]+[a-z]?|[a-z][0-9]*)\b')
    end
  );

create or replace macro building_of(line) as
  case
    when is_han_line(line)
      then part_of(line, '[号號]\s*(\p{Han}{2,8}?(?:大厦|大廈|花园|花園|中心|广场|廣場|公寓|[阁閣樓苑居邨村庄莊]))')
    else part_of(
      line,
      '(?i)(?:^|,\s*)([\p{L}''’. ]+?\b(?:house|court|mansions?|building|tower|estate|centre|cottage|lodge|garden|plaza))(?:,|$)'
    )
  end;

-- Streets abbreviated or not are one street.
create or replace macro standard_street(street) as
  nullif(
    regexp_replace(
      regexp_replace(
        regexp_replace(
          regexp_replace(
            regexp_replace(lower(strip_accents(street)), '\brd\b\.?', 'road'), '\bave\b\.?', 'avenue'
          ), '\bst\b\.?(\s+(?:east|west|north|south|central))?$', 'street\1'
        ), '\b(?:ln)\b\.?', 'lane'
      ), '[^\p{L}\p{N}]', '', 'g'
    ),
    ''
  );

-- A street without the word for its kind and what follows it: Hengshan of Hengshan Rd.
create or replace macro street_name(street) as
  regexp_replace(
    street, '(?i)\b(?:road|rd|street|st|avenue|ave|lane|ln|boulevard|blvd|highway|hwy|alley|path|centre|center)\b.*$', ''
  );

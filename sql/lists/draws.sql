/*
description: >
  Who keeps a person whom several lists hold (a multi-buyer). multiBuyers of the configuration says how: priority, the
  list with the lowest priority number, then the one delivered first; random, every list with the same chance;
  proportion, each list as often as its share of the names that the lists in question delivered. What is drawn depends on
  multi_buyer_seed and the names alone: another night draws the same.
grain: one row a multi-buyer and list
columns:
  prospect_id: {type: VARCHAR, description: Person, tests: [not_null]}
  list_id: {type: VARCHAR, description: List that holds the person, tests: [not_null]}
  list_name_id: {type: VARCHAR, description: The name there, tests: [unique, not_null]}
  lists: {type: INTEGER, description: Lists that hold the person, tests: [{range: {min: 2}}]}
  place: {type: INTEGER, description: '1 keeps the name', tests: [not_null]}
tests:
  - unique: [prospect_id, list_id]
*/
with
  sizes as (
    select list_id, count(*) as names
    from staging.list_names
    group by list_id
  ),
  -- Most names are on one list only.
  several as (
    select prospect_id, count(*) as lists
    from lists.judged
    where reason is null
    group by prospect_id
    having count(*) > 1
  ),
  contenders as (
    select
      j.prospect_id,
      j.list_id,
      j.list_name_id,
      l.priority,
      l.delivered_on,
      s.names,
      m.lists,
      string_agg(j.list_id, '|') over (
        partition by j.prospect_id order by j.list_id rows between unbounded preceding and unbounded following
      ) as combination,
      md5(concat_ws('|', cast(cast(param('multi_buyer_seed') as bigint) as varchar), j.prospect_id)) as ticket,
      sum(s.names) over (partition by j.prospect_id order by j.list_id) as names_to,
      sum(s.names) over (partition by j.prospect_id) as names_all
    from lists.judged as j
    join several as m on m.prospect_id = j.prospect_id
    join lists.licences as l on l.list_id = j.list_id
    join sizes as s on s.list_id = j.list_id
    where j.reason is null
  ),
  -- Within a combination of lists the persons stand in a drawn order, and each list takes its stretch of them.
  ordered as (
    select
      *,
      (dense_rank() over (partition by combination order by ticket, prospect_id) - 0.5) * names_all as drawn,
      count(*) over (partition by combination) // lists as persons
    from contenders
  )
select
  prospect_id,
  list_id,
  list_name_id,
  cast(lists as integer) as lists,
  cast(
    row_number() over (
      partition by prospect_id
      order by
        case when text_param('multi_buyers') = 'priority' then priority end nulls last,
        case when text_param('multi_buyers') = 'priority' then delivered_on end nulls last,
        case when text_param('multi_buyers') = 'random' then md5(ticket || list_id) end,
        case
          when text_param('multi_buyers') = 'proportion'
            then case when drawn >= (names_to - names) * persons and drawn < names_to * persons then 0 else 1 end
        end,
        list_id
    ) as integer
  ) as place
from ordered

import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { openDatabase } from '../../pipelines/duckdb.ts'

/**
 * Made-up people, some of them recorded several times with errors, moves and gaps: `record_id, source, truth` and the
 * columns compared. Everything follows from the row's number by hashing, so the same count gives the same file.
 *
 *   node bench/linkage/people.ts --records 1000000 --to people.parquet
 */
const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '50000' },
    to: { type: 'string', default: 'people.parquet' },
  },
})

const macros = `
create macro dice(i, salt) as (hash(i, salt) % 1000000007) / 1000000007;
create macro pick(words, x) as words[1 + cast(floor(x * len(words)) as integer)];
create macro syllable(x) as pick(['an','ber','cor','dan','el','fen','gar','hal','is','jor','kel','lon','mor','nor','ol','pen','quin','ros','sel','tam','ul','ven','wes','yor','zan','bri','cla','dro','fer','gil'], x);
-- Common words first: the n-th about 1/n as often as the first.
create macro ranked(x, size) as cast(floor(pow(size, x)) as integer);
create macro invented(n) as syllable(dice(n, 'a')) || syllable(dice(n, 'b')) || case when n % 3 > 0 then syllable(dice(n, 'c')) else '' end;
create macro slip(word, x, letter) as case cast(floor(x * 4) as integer)
  when 0 then overlay_at(word, x, letter) when 1 then left(word, 1 + cast(floor(x * 97) as integer) % length(word)) || letter || substr(word, 2 + cast(floor(x * 97) as integer) % length(word))
  when 2 then left(word, 1 + cast(floor(x * 89) as integer) % length(word)) || substr(word, 3 + cast(floor(x * 89) as integer) % length(word))
  else overlay_at(word, x, letter) end;
create macro overlay_at(word, x, letter) as left(word, cast(floor(x * 83) as integer) % length(word)) || letter || substr(word, 2 + cast(floor(x * 83) as integer) % length(word));
create macro a_letter(x) as chr(97 + cast(floor(x * 26) as integer));
create macro a_digit(x) as chr(48 + cast(floor(x * 10) as integer));
`

const people = (records: number) => sql`
with
  -- About seven people for ten records.
  people as (
    select i, i // 2 as pair, i % 2 = 1 and dice(i // 2, 'pair') < 0.5 as lives_with_last
    from range(cast(${records} * 0.71 as bigint)) as r(i)
  ),
  named as (
    select
      i,
      invented(ranked(dice(i, 'g'), 2000)) as given_name,
      invented(100000 + ranked(dice(case when lives_with_last and dice(i, 'keeps') < 0.8 then i - 1 else i end, 'f'), 40000)) as family_name,
      strftime(date '1940-01-01' + cast(floor(dice(i, 'd') * 24000) as integer), '%Y-%m-%d') as birth_date,
      '07' || lpad(cast(hash(i, 'p') % 1000000000 as varchar), 9, '0') as phone,
      case when lives_with_last then i - 1 else i end as home
    from people
  ),
  copies as (
    select *, unnest(range(1 + case when dice(i, 'n') < 0.28 then 1 else 0 end + case when dice(i, 'n') < 0.1 then 1 else 0 end + case when dice(i, 'n') < 0.04 then 1 else 0 end)) as copy
    from named
  ),
  drawn as (
    select *, i * 10 + copy as r, case when copy > 0 and dice(i * 10 + copy, 'moved') < 0.12 then i * 10 + copy + 1000000000 else home end as lives
    from copies
  ),
  written as (
    select
      r,
      i,
      case
        when dice(r, 'g1') < 0.03 then left(given_name, 1)
        when copy > 0 and dice(r, 'g2') < 0.08 then slip(given_name, dice(r, 'g3'), a_letter(dice(r, 'g4')))
        else given_name
      end as given_name,
      case when copy > 0 and dice(r, 'f2') < 0.08 then slip(family_name, dice(r, 'f3'), a_letter(dice(r, 'f4'))) else family_name end as family_name,
      copy > 0 and dice(r, 'swap') < 0.02 as is_swapped,
      case
        when dice(r, 'd0') < 0.15 then null
        when copy > 0 and dice(r, 'd1') < 0.06 then overlay_at(birth_date, 0.1085 + floor(dice(r, 'd2') * 2) / 83, a_digit(dice(r, 'd3')))
        else birth_date
      end as birth_date,
      case when dice(r, 'e0') < 0.35 then null else given_name || '.' || family_name || cast(i % 997 as varchar) || '@' || pick(['mail.com','post.net','box.org','web.co'], dice(i, 'e1')) end as email,
      case when dice(r, 'p0') < 0.25 then null when copy > 0 and dice(r, 'p1') < 0.12 then '07' || lpad(cast(hash(r, 'p2') % 1000000000 as varchar), 9, '0') else phone end as phone,
      case when dice(r, 'a0') < 0.15 then null else
        cast(1 + hash(lives, 'no') % 180 as varchar) || ' ' || invented(200000 + ranked(dice(lives, 'st'), 9000)) || ' ' || pick(['road','street','avenue','lane','close','drive'], dice(lives, 'ty')) end as address,
      case when dice(r, 'c0') < 0.1 then null else invented(300000 + ranked(dice(lives, 'ci'), 800)) end as city,
      case when dice(r, 'z0') < 0.15 then null else
        upper(left(invented(300000 + ranked(dice(lives, 'ci'), 800)), 2)) || cast(1 + hash(lives, 'z1') % 30 as varchar) || ' ' || cast(hash(lives, 'z2') % 10 as varchar) || upper(a_letter(dice(lives, 'z3')) || a_letter(dice(lives, 'z4'))) end as postcode
    from drawn
  )
select
  lpad(cast(r as varchar), 12, '0') as record_id,
  'made' as source,
  i as truth,
  case when is_swapped then family_name else given_name end as given_name,
  case when is_swapped then given_name else family_name end as family_name,
  birth_date, email, phone, address, city, postcode
from written
order by hash(r)
limit ${records}`

const db = await openDatabase(':memory:')
await db.run(macros)
const text = people(Number(values.records))
await db.run(sql`create table people as ${text}`)
await db.run(sql`copy people to ${sql.lit(values.to)} (format parquet)`)
const [count] = await db.rows('select count(*) as records, count(distinct truth) as people from people')
process.stdout.write(`${JSON.stringify(count)}\n`)
db.close()

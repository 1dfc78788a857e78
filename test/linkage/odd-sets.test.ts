import { expect, test } from 'vitest'
import { clustersOf, linked } from './linked.ts'

/** Sets that are not like the usual ones: what comes in must come out, once, and nobody is joined for want of knowledge. */
const comparisons = {
  given_name: 'given_name',
  family_name: 'family_name',
  birth_date: 'date',
  email: 'email',
  city: 'place',
} as const
const columns = 'record_id, source, given_name, family_name, birth_date, email, city'
const rows = (...values: (string | null)[][]) =>
  `select * from (values ${values.map((row) => `(${row.map((one) => (one === null ? 'null::varchar' : `'${one}'`)).join(', ')})`).join(', ')}) as t(${columns})`

test('no record, one record, and records that hold nothing', async () => {
  const none = await linked(`${rows(['a', 's', 'Ann', 'Lee', null, null, null])} where false`, {
    comparisons,
  })
  expect(await clustersOf(none)).toEqual([])
  none.close()
  const one = await linked(rows(['a', 's', 'Ann', 'Lee', null, null, null]), { comparisons })
  expect(await clustersOf(one)).toEqual([['a']])
  one.close()
  const empty = await linked(rows(...['a', 'b', 'c'].map((id) => [id, 's', null, null, null, null, null])), {
    comparisons,
  })
  expect(await clustersOf(empty)).toEqual([['a'], ['b'], ['c']])
  empty.close()
}, 60_000)

test('of a dozen records the two that agree are one, and namesakes born in other years are two', async () => {
  const people = 'Ann Lee,Bob Hart,Cy Moss,Di Ford,Ed Nash,Flo Shaw,Gil Webb,Hal York,Ida Pope,Jo Kerr'.split(
    ',',
  )
  const some = people.map((name, i) => [
    `p${i}`,
    's',
    ...name.split(' '),
    `19${50 + 3 * i}-0${1 + (i % 9)}-1${i}`,
    `u${i}@mail.example.org`,
    'York',
  ])
  const few = await linked(
    rows(
      ...some,
      ['p3b', 's', 'Di', 'Ford', '1959-04-13', null, 'York'],
      ['p5x', 's', 'Flo', 'Shaw', '2001-11-30', 'other@mail.example.org', 'Bath'],
    ),
    { comparisons },
  )
  const together = (await clustersOf(few)).filter((ids) => ids.length > 1)
  expect(together).toEqual([['p3', 'p3b']])
  // So few records teach nothing: the levels weigh what is expected beforehand, and it is said.
  const [fit] = await few.rows<{ same: number }>(
    "select same from identity.people_fit where comparison = 'birth_date' and is_exact",
  )
  expect(fit?.same).toBeGreaterThan(0.7)
  few.close()
}, 60_000)

/** People of two files, the second with slips; a column that the second does not have; another that is the same for all. */
const twoFiles = (people: number) => `
  with people as (
    select
      i,
      chr(cast(97 + hash(i, 1) % 26 as integer)) || 'a' || chr(cast(97 + hash(i, 2) % 26 as integer)) || 'i' || chr(cast(97 + hash(i, 3) % 26 as integer)) as given_name,
      chr(cast(97 + hash(i, 4) % 26 as integer)) || 'o' || chr(cast(97 + hash(i, 5) % 26 as integer)) || 'le' || chr(cast(97 + hash(i, 6) % 26 as integer)) as family_name,
      strftime(date '1940-01-01' + cast(hash(i, 7) % 20000 as integer), '%Y-%m-%d') as birth_date
    from range(${people}) as r(i)
  )
  select 'a' || i as record_id, 'a' as source, given_name, family_name, birth_date, 'u' || i || '@mail.example.org' as email, 'York' as city
  from people where i % 4 <> 3
  union all
  select 'b' || i, 'b', case when i % 5 = 0 then given_name || 'e' else given_name end,
    case when i % 7 = 0 then left(family_name, 3) || 'x' || substr(family_name, 5) else family_name end,
    case when i % 11 = 0 then null else birth_date end, null, 'York'
  from people where i % 4 <> 2`

test('two files that hold nobody twice are linked one to one, though one lacks a column and another says nothing', async () => {
  const db = await linked(twoFiles(1200), { comparisons, unique_sources: ['a', 'b'] })
  const found = (await clustersOf(db)).filter((ids) => ids.length > 1)
  db.close()
  expect(found.filter((ids) => ids.length > 2)).toEqual([])
  const right = found.filter(([one, other]) => one?.slice(1) === other?.slice(1)).length
  expect(right / found.length).toBeGreaterThan(0.99)
  // Half of the people are in both files.
  expect(right / 600).toBeGreaterThan(0.95)
}, 60_000)

test('of very many pairs of strangers a sample is compared, and nobody is lost by it', async () => {
  const towns = twoFiles(2400).replaceAll("'York'", "'Town' || (i % 10)")
  const db = await linked(towns, {
    comparisons,
    blocks: [['birth_date'], ['given_name', 'family_name'], ['city']],
    pairs_per_record: 200,
  })
  const [row] = await db.rows<{ pairs: number; compared: number; spoken_for: number }>(
    `select (select sum(pairs)::bigint from identity.people_blocks) as pairs, count(*) as compared, sum(stands_for)::bigint as spoken_for
     from identity.people_levels`,
  )
  const found = (await clustersOf(db)).filter((ids) => ids.length > 1)
  db.close()
  const { pairs, compared, spoken_for } = row as NonNullable<typeof row>
  expect(Number(pairs)).toBeGreaterThan(300_000)
  expect(Number(compared)).toBeLessThan(0.5 * Number(pairs))
  expect(Number(spoken_for) / Number(pairs)).toBeCloseTo(1, 1)
  const right = found.filter((ids) => new Set(ids.map((id) => id.slice(1))).size === 1)
  expect(right.length / found.length).toBeGreaterThan(0.98)
  expect(right.length / 1200).toBeGreaterThan(0.97)
}, 60_000)

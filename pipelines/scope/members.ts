import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { ClienteleError, usageError } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import type { Scope } from '../scoped.ts'

/** What is asked for on the command line. */
export interface Asked {
  region?: string | undefined
  segment?: string | undefined
}

/** Who is in scope, as conditions on the tables of the published warehouse. */
export interface Members {
  scope: Scope
  customers: number
  /** Whether rows of a customer are in; those of no known customer belong to the region `unknown`, and to no segment. */
  has(customerId: RawBuilder<unknown>): RawBuilder<boolean>
  /** The same of a row that names the record of a customer, as delivered tables do. */
  hasRecord(kind: RawBuilder<unknown>, id: RawBuilder<unknown>): RawBuilder<boolean>
}

/** Home and segment of every customer: each is in one region and in one segment. */
const homes = sql`
  select c.customer_id, coalesce(c.market, 'unknown') as market, i.region as place,
    coalesce(r.segment, case when c.purchases > 0 then 'Outside' else 'Prospect' end) as segment
  from warehouse.core.customers as c
  left join warehouse.identity.customers as i on i.customer_id = c.customer_id
  left join warehouse.rfm.customers as r on r.customer_id = c.customer_id`

interface Home {
  market: string
  place: string | null
  segment: string
  customers: number
}

/** Chooses the customers, into tables of the current database. Throws usage errors that name what there is. */
export async function chooseMembers(db: Db, asked: Asked): Promise<Members> {
  await db.run(sql`create schema scope`)
  await db.run(sql`create table scope.homes as ${homes}`)
  const all = await db.rows<Home>(
    sql`select market, place, segment, count(*) as customers from scope.homes group by all order by all`,
  )
  const scope: Scope = {
    ...(asked.region === undefined ? {} : regionOf(asked.region, all)),
    ...(asked.segment === undefined ? {} : { segment: segmentOf(asked.segment, all) }),
  }
  const customers = all.filter((home) => isIn(home, scope)).reduce((total, home) => total + home.customers, 0)
  // What nobody known has done is of no region: who is not in any other is in this one.
  const isRest = scope.market === 'unknown' && scope.segment === undefined
  if (customers === 0 && !isRest) throw nobody(asked)
  await db.run(sql`create table scope.customers as
    select customer_id from scope.homes where ${isRest ? sql`market <> 'unknown'` : conditionOf(scope)}`)
  await db.run(sql`create table scope.records as
    select record_kind, record_id from warehouse.identity.clusters
    where customer_id in (select customer_id from scope.customers)`)
  const among = (found: RawBuilder<unknown>): RawBuilder<boolean> =>
    isRest ? sql`not coalesce(${found}, false)` : sql`${found}`
  return {
    scope,
    customers,
    has: (id) => among(sql`${id} in (select customer_id from scope.customers)`),
    hasRecord: (kind, id) =>
      among(sql`(${kind}, ${id}) in (select (record_kind, record_id) from scope.records)`),
  }
}

const isIn = (home: Home, { market, place, segment }: Scope): boolean =>
  (market === undefined || home.market === market) &&
  (place === undefined || home.place === place) &&
  (segment === undefined || home.segment === segment)

const conditionOf = ({ market, place, segment }: Scope): RawBuilder<unknown> => {
  const conditions = [
    ...(market === undefined ? [] : [sql`market = ${sql.lit(market)}`]),
    ...(place === undefined ? [] : [sql`place is not distinct from ${sql.lit(place)}`]),
    ...(segment === undefined ? [] : [sql`segment = ${sql.lit(segment)}`]),
  ]
  return sql.join(conditions, sql` and `)
}

const same = (a: string, b: string) => a.normalize('NFC').toLowerCase() === b.normalize('NFC').toLowerCase()

/** A region by any of its names: a market, or a region within one, alone or as `GB/Norfolk`. */
function regionOf(name: string, homes: readonly Home[]): Scope {
  const markets = [...new Set(homes.map(({ market }) => market))].sort()
  const market = ['unknown', ...markets].find((one) => same(one, name))
  if (market) return { region: market, market }
  const places = placesOf(homes)
  const found = places.filter(({ names }) => names.some((one) => same(one, name)))
  const [only, other] = found
  if (only && !other) return { region: only.names[0] as string, market: only.market, place: only.place }
  if (only)
    throw usageError({
      what: `--region ${name}: there are several of this name`,
      how: `Write ${found.map(({ names }) => names.at(-1)).join(' or ')}.`,
    })
  const within = places.map(({ names }) => names[0] as string)
  const near = didYouMean(name, [...markets, ...within])
  throw usageError({
    what: `--region ${name}: no customer has such a home`,
    how: `${near ? `${near}\n` : ''}Markets: ${[...new Set([...markets, 'unknown'])].join(', ')}. Within them: ${within.join(', ') || 'none'}.`,
  })
}

interface PlaceNames {
  market: string
  place: string | null
  /** The shortest that is nobody else's first. */
  names: string[]
}

function placesOf(homes: readonly Home[]): PlaceNames[] {
  const pairs = new Map(
    homes.map(({ market, place }) => [`${market}/${place ?? 'unknown'}`, { market, place }]),
  )
  const known = [...pairs].filter(([, { market }]) => market !== 'unknown')
  return known.map(([long, { market, place }]) => {
    const isOnly = known.filter(([, other]) => other.place === place).length === 1
    return {
      market,
      place,
      names: place !== null && isOnly ? [place, long] : [long, ...(place ? [place] : [])],
    }
  })
}

function segmentOf(name: string, homes: readonly Home[]): string {
  const segments = [...new Set(homes.map(({ segment }) => segment))].sort()
  const found = segments.find((one) => same(one, name))
  if (found) return found
  const near = didYouMean(name, segments)
  throw usageError({
    what: `--segment ${name}: no customer is in it`,
    how: `${near ? `${near}\n` : ''}Segments: ${segments.join(', ')}.`,
  })
}

const nobody = ({ region, segment }: Asked): ClienteleError =>
  new ClienteleError({
    what: `no customer is in segment ${segment} and region ${region} both: there is nothing to report on`,
    how: 'Ask for one of the two alone.',
  })

import { dateOf, offsetOf, secondsPerDay } from './calendar.ts'
import { type Exchange, writePhone } from './contact-points.ts'
import type { Departure } from './departures.ts'
import type { Lives } from './life.ts'
import { misdate, misdial, misspellHan, misspellLatin } from './misspell.ts'
import { hanName, latinName, type PersonName } from './names.ts'
import type { ChannelId } from './network.ts'
import type { Person } from './people.ts'
import { type Address, addressLine, cityOf, drawAddress, postcodeOf } from './places.ts'
import type { Random } from './random.ts'

/** Systems that write to the member table; they differ in what they ask for. */
export type RecordSource = 'POS' | 'WEB' | 'CALL'

/** What a record says from a moment on. */
export interface Entry {
  /** Seconds, UTC. */
  from: number
  name: string
  family: string | null
  given: string | null
  latin: boolean
  birth: string | null
  email: string | null
  phone: string | null
  address: string | null
  city: string | null
  region: string | null
  postcode: string | null
  status: 1 | 2 | 9
}

export interface PersonRecord {
  person: Person
  source: RecordSource
  /** False for a second or third record of the same person. */
  primary: boolean
  entries: Entry[]
}

export interface Records {
  list: PersonRecord[]
  /** By purchase: position in `list`. */
  ofPurchase: Int32Array
  /** By person: position of the first record, or -1. */
  primary: Int32Array
}

/** Makes the member records, sorted by registration. One person in eleven is recorded again, a few twice. */
export function makeRecords(
  rng: Random,
  exchange: Exchange,
  people: Person[],
  lives: Lives,
  departures: Map<number, Departure>,
): Records {
  const made: PersonRecord[] = []
  const owners = new Int32Array(lives.purchases.time.length)
  const unsorted = new Int32Array(people.length).fill(-1)
  for (const person of people) {
    if (person.joined < 0) continue
    const first = lives.first[person.index] as number
    const count = lives.count[person.index] as number
    const registered = person.buyer ? earliest(lives, first, count) - 90 : momentOfJoining(person)
    unsorted[person.index] = made.length
    owners.fill(made.length, first, first + count)
    made.push(primaryRecord(rng, exchange, person, registered, departures.get(person.index)))
    const again = rng.chance(0.1) ? (rng.chance(0.13) ? 2 : 1) : 0
    for (let n = 0; n < again; n++) made.push(repeatRecord(rng, exchange, person, lives, owners, made.length))
  }
  return sortRecords(made, owners, unsorted)
}

function sortRecords(made: PersonRecord[], owners: Int32Array, unsorted: Int32Array): Records {
  const from = (i: number) => ((made[i] as PersonRecord).entries[0] as Entry).from
  const sequence = made.map((_, i) => i).sort((a, b) => from(a) - from(b) || a - b)
  const position = new Int32Array(made.length)
  sequence.forEach((old, i) => {
    position[old] = i
  })
  return {
    list: sequence.map((old) => made[old] as PersonRecord),
    ofPurchase: owners.map((old) => position[old] as number),
    primary: unsorted.map((old) => (old < 0 ? -1 : (position[old] as number))),
  }
}

/** Two orders of the first day may stand in either order. */
function earliest({ purchases }: Lives, first: number, count: number): number {
  let moment = Number.POSITIVE_INFINITY
  for (let i = first; i < first + count; i++) moment = Math.min(moment, purchases.time[i] as number)
  return moment
}

const momentOfJoining = (person: Person): number =>
  Math.round(person.joined * secondsPerDay) - offsetOf(person.market, Math.floor(person.joined))

const sourceOf = (channel: ChannelId): RecordSource =>
  channel === 'WX' || channel === 'MP' || channel === 'WS' ? 'WEB' : 'POS'

function primaryRecord(
  rng: Random,
  exchange: Exchange,
  person: Person,
  registered: number,
  departure?: Departure,
): PersonRecord {
  const source = sourceOf(person.channel)
  const latin =
    person.style === 'british' ||
    (person.style === 'hong-kong' ? rng.chance(0.6) : source === 'WEB' && rng.chance(0.08))
  const web = source === 'WEB'
  const entry: Entry = {
    from: registered,
    ...writeName(rng, person, latin, person.name, web),
    latin,
    birth: rng.chance(web ? 0.8 : 0.62) ? dateOf(person.birth) : null,
    email: rng.chance(web ? 0.97 : 0.66) ? person.email : null,
    phone: rng.chance(web ? 0.92 : 0.97)
      ? writePhone(person.phone, person.market, rng.int(web ? 5 : 4))
      : null,
    ...(rng.chance(web ? 0.97 : 0.72) ? writeAddress(person.address, latin) : noAddress),
    status: 1,
  }
  return { person, source, primary: true, entries: laterEntries(rng, exchange, person, entry, departure) }
}

/** Changes that reached the record: a move or a new number that was told, leaving, erasure. */
function laterEntries(
  rng: Random,
  exchange: Exchange,
  person: Person,
  first: Entry,
  departure?: Departure,
): Entry[] {
  const changes: { at: number; apply: (entry: Entry) => Partial<Entry> }[] = []
  for (const event of person.lifeEvents) {
    if (event.address === null || !event.declared) continue
    const { address } = event
    changes.push({
      at: (event.day + rng.between(2, 40)) * secondsPerDay + rng.int(36000),
      apply: () => writeAddress(address, first.latin),
    })
  }
  if (rng.chance(0.06)) {
    const phone = writePhone(exchange.phone(person.market), person.market, 0)
    changes.push({ at: first.from + rng.between(60, 1100) * secondsPerDay, apply: () => ({ phone }) })
  }
  if (departure?.closes) changes.push({ at: departure.at + 3600, apply: () => ({ status: 2 }) })
  if (departure?.erases) changes.push({ at: departure.at + 12 * secondsPerDay, apply: () => erased })
  const entries = [first]
  for (const { at, apply } of changes.sort((a, b) => a.at - b.at)) {
    const last = entries.at(-1) as Entry
    if (at > first.from && last.status !== 9) entries.push({ ...last, ...apply(last), from: at })
  }
  return entries
}

const noAddress = { address: null, city: null, region: null, postcode: null } as const
const erased = {
  name: '',
  family: null,
  given: null,
  birth: null,
  email: null,
  phone: null,
  ...noAddress,
  status: 9,
} as const

function writeAddress(
  address: Address,
  latin: boolean,
): Pick<Entry, 'address' | 'city' | 'region' | 'postcode'> {
  const city = cityOf(address)
  const local = !latin || address.market === 2
  return {
    address: addressLine(address, !local),
    city: local ? city.name : city.latin,
    region: city.region,
    postcode: postcodeOf(address),
  }
}

/** A name as a system keeps it: the web shop and British tills ask for its parts, the other tills for one line. */
function writeName(
  rng: Random,
  person: Person,
  latin: boolean,
  name: PersonName,
  parts: boolean,
): Pick<Entry, 'name' | 'family' | 'given'> {
  if (!latin)
    return { name: hanName(name), family: parts ? name.hanFamily : null, given: parts ? name.hanGiven : null }
  const short = person.style === 'hong-kong' && name.english !== '' && rng.chance(0.3)
  const full = short ? `${name.english} ${name.family}` : latinName(name, person.style)
  const apart = parts || person.style === 'british'
  return {
    name: full,
    family: apart ? name.family : null,
    given: apart ? (short ? name.english : name.given) : null,
  }
}

/** A further record of somebody already known: from a later order where there is one, with what differs. */
function repeatRecord(
  rng: Random,
  exchange: Exchange,
  person: Person,
  lives: Lives,
  owners: Int32Array,
  number: number,
): PersonRecord {
  const first = lives.first[person.index] as number
  const count = lives.count[person.index] as number
  const { time, channel } = lives.purchases
  if (count < 2) {
    const start = count === 0 ? momentOfJoining(person) : (time[first] as number)
    return {
      person,
      source: 'CALL',
      primary: false,
      entries: [blur(rng, exchange, person, 'CALL', start + rng.between(10, 400) * secondsPerDay)],
    }
  }
  const at = first + 1 + Math.min(count - 2, rng.poisson(2))
  const source = sourceOf(channel[at] as ChannelId)
  const from = (time[at] as number) - 60
  for (let i = first + 1; i < first + count; i++) {
    if (i === at || ((time[i] as number) > from && rng.chance(0.5))) owners[i] = number
  }
  return { person, source, primary: false, entries: [blur(rng, exchange, person, source, from)] }
}

/** The same person written down anew: other script, typing errors, another telephone, moved house, fields left out. */
function blur(rng: Random, exchange: Exchange, person: Person, source: RecordSource, from: number): Entry {
  const { market, style } = person
  const latin = style === 'british' || rng.chance(style === 'hong-kong' ? 0.55 : 0.3)
  const written = writeName(rng, person, latin, person.name, source === 'WEB')
  const moved = person.lifeEvents.find(
    (event) => event.address !== null && event.day * secondsPerDay < from,
  )?.address
  const keepsPhone = rng.chance(0.66)
  const keepsEmail = rng.chance(0.5)
  // With another number and another address for mail, birth and house must still tell who it is.
  const keepsRest = !keepsPhone && !keepsEmail
  const phone = keepsPhone
    ? rng.chance(0.08)
      ? misdial(rng, person.phone)
      : person.phone
    : rng.chance(0.7)
      ? exchange.phone(market)
      : null
  const email = keepsEmail
    ? rng.chance(0.08)
      ? misspellLatin(rng, person.email)
      : person.email
    : rng.chance(0.5)
      ? exchange.email(market, person.name)
      : null
  const birth = keepsRest || rng.chance(0.75) ? dateOf(person.birth) : null
  const house = moved ?? (keepsRest || rng.chance(0.7) ? person.address : drawAddress(rng, market, 0.3))
  return {
    from,
    ...blurName(rng, person, written, latin),
    latin,
    birth: birth !== null && !keepsRest && rng.chance(0.1) ? misdate(rng, birth) : birth,
    email,
    phone: phone === null ? null : writePhone(phone, market, rng.int(5)),
    ...(keepsRest || rng.chance(0.8) ? writeAddress(house, latin) : noAddress),
    status: 1,
  }
}

function blurName(
  rng: Random,
  person: Person,
  written: Pick<Entry, 'name' | 'family' | 'given'>,
  latin: boolean,
): Pick<Entry, 'name' | 'family' | 'given'> {
  if (person.style === 'british' && rng.chance(0.16)) {
    const initial = person.name.given.charAt(0)
    return { name: `${initial} ${person.name.family}`, family: person.name.family, given: initial }
  }
  if (written.family !== null && written.given !== null && rng.chance(0.06))
    return { ...written, family: written.given, given: written.family }
  if (!rng.chance(0.45)) return written
  const slip = (text: string) => (latin ? misspellLatin(rng, text) : misspellHan(rng, text))
  if (written.family === null || written.given === null) return { ...written, name: slip(written.name) }
  const family = rng.chance(0.5) ? slip(written.family) : written.family
  const given = family === written.family ? slip(written.given) : written.given
  const name =
    latin && person.style !== 'hong-kong'
      ? person.style === 'british'
        ? `${given} ${family}`
        : `${family} ${given}`
      : latin
        ? `${family.toUpperCase()} ${given}`
        : family + given
  return { name, family, given }
}

/** What a record said at the end of a moment; undefined before it was made. */
export function entryAt(record: PersonRecord, moment: number): Entry | undefined {
  return record.entries.findLast(({ from }) => from <= moment)
}

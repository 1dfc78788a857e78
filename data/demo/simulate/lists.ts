import { dayOf } from './calendar.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'

/** Why a name of a list must fall, by the true facts; the first that holds counts. */
export type Fate =
  | 'reject'
  | 'opt_out'
  | 'deceased'
  | 'minor'
  | 'complaint'
  | 'own_seed'
  | 'duplicate'
  | 'house'
  | 'net'

/** One row of a delivered list, with the truth about it. */
export interface ListRow {
  /** From 1, in the order of the file. */
  row: number
  /** Index of the true person; a decoy is a person nobody knows. */
  person: number
  fate: Fate
  /** A decoy of the list's owner, to catch uses outside the licence: unknown to the firm. */
  ownerSeed: boolean
  noAddress: boolean
  undeliverable: boolean
  optedOut: boolean
  /** Written with slips, or with an older telephone number. */
  blurred: boolean
}

/** What was agreed when a list was taken in. */
export interface Licence {
  id: string
  name: string
  owner: string
  acquisition: 'bought' | 'rented'
  delivered: number
  pricePerThousand: number
  currency: 'CNY' | 'HKD' | 'GBP'
  floorShare: number
  runCharge: number
  selects: number
  uses: number | null
  channels: string
  purpose: string
  mailFrom: number
  mailUntil: number
  expires: number | null
  proof: string | null
}

export const licences: readonly Licence[] = [
  {
    id: 'L-GB25',
    name: '礼品买家 2025',
    owner: 'Jinhe Data Services',
    acquisition: 'bought',
    delivered: dayOf('2025-08-18'),
    pricePerThousand: 820,
    currency: 'CNY',
    floorShare: 1,
    runCharge: 0,
    selects: 900,
    uses: null,
    channels: 'mail,sms',
    purpose: 'marketing of gifts',
    mailFrom: dayOf('2025-09-01'),
    mailUntil: dayOf('2027-08-31'),
    expires: dayOf('2027-08-31'),
    proof: 'Separate consent for sharing, PIPL art. 23, ref. JH-2025-118',
  },
  {
    id: 'L-EX25',
    name: 'Harbour Tea Expo visitors 2025',
    owner: 'Harbour Expo Media',
    acquisition: 'rented',
    delivered: dayOf('2025-06-02'),
    pricePerThousand: 1900,
    currency: 'HKD',
    floorShare: 0.85,
    runCharge: 80,
    selects: 600,
    uses: 1,
    channels: 'email,mail',
    purpose: 'one invitation',
    mailFrom: dayOf('2025-06-09'),
    mailUntil: dayOf('2025-08-31'),
    expires: dayOf('2026-08-31'),
    proof: 'Visitor registration, tick box of 2025-05',
  },
  {
    id: 'L-HH25',
    name: 'Comfortable Households, autumn',
    owner: 'Albion Lists',
    acquisition: 'rented',
    delivered: dayOf('2025-09-15'),
    pricePerThousand: 110,
    currency: 'GBP',
    floorShare: 0.85,
    runCharge: 5,
    selects: 75,
    uses: 1,
    channels: 'mail',
    purpose: 'one catalogue',
    mailFrom: dayOf('2025-09-29'),
    mailUntil: dayOf('2025-12-12'),
    expires: dayOf('2026-03-31'),
    proof: null,
  },
]

export interface Suppression {
  kind: 'opt_out' | 'deceased' | 'minor' | 'complaint'
  person: number
  recorded: number
}

export interface DeliveredLists {
  lists: ListRow[][]
  suppressions: Suppression[]
  /** Indexes of the firm's own decoys among the people. */
  ownSeeds: number[]
}

/** Shares of the gross by what is wrong with a row, and of the unknown people by what is wrong with them. */
const shares = { noAddress: 0.012, undeliverable: 0.016, optedOut: 0.015, duplicate: 0.03 }
const unknownShares = { suppressed: 0.014, minor: 0.008 }
const houseShares = [0.1, 0.15, 0.08]
export const grossNames = [12_000, 8_000, 10_000]

/** Puts the three lists together from people the firm knows, people it does not, and each other's names. */
export function composeLists(rng: Random, people: Person[], scale: number): DeliveredLists {
  const byMarket = (member: boolean) =>
    [0, 1, 2].map((market) =>
      people.flatMap(({ index, joined, market: own }) =>
        own === market && joined >= 0 === member ? [index] : [],
      ),
    )
  const known = byMarket(true)
  const unknown = byMarket(false).map((list) => rng.shuffle(list))
  const ownSeeds = unknown.map((list) => list.splice(0, 4))
  const decoys = unknown.map((list) => list.splice(0, 6))
  const suppressions = markUnfit(rng, people, unknown.flat())
  const unfit = new Map(suppressions.map(({ person, kind }) => [person, kind]))
  const lists = [0, 1, 2].map((list) => {
    const gross = Math.round((grossNames[list] as number) * scale)
    // The expo draws visitors from the mainland and from Britain, who are on the other lists too.
    const guests = list === 1 ? [...take(unknown[0], gross * 0.05), ...take(unknown[2], gross * 0.015)] : []
    const { delivered } = licences[list] as Licence
    const members = (known[list] as number[]).filter(
      (index) => (people[index] as Person).joined < delivered - 20,
    )
    const house = take(rng.shuffle(members), gross * (houseShares[list] as number))
    const planted = [...(decoys[list] as number[]), ...(ownSeeds[list] as number[])]
    const fresh = gross * (1 - shares.duplicate) - house.length - guests.length - planted.length
    const names = [...take(unknown[list], fresh), ...guests, ...house, ...planted]
    return writeRows(rng, names, {
      gross,
      people,
      unfit,
      decoys: new Set(decoys[list]),
      ownSeeds: new Set(ownSeeds[list]),
    })
  })
  addOtherSuppressions(rng, people, lists, suppressions)
  return { lists, suppressions, ownSeeds: ownSeeds.flat() }
}

const take = (list: number[] | undefined, count: number): number[] =>
  (list ?? []).slice(0, Math.max(0, Math.round(count)))

/** Some of the people on lists may not be written to: they stand in the suppression file, or are children. */
function markUnfit(rng: Random, people: Person[], unknown: number[]): Suppression[] {
  const suppressions: Suppression[] = []
  const earliest = Math.min(...licences.map(({ delivered }) => delivered))
  for (const person of unknown) {
    if (rng.chance(unknownShares.suppressed)) {
      const kind = rng.pick(['opt_out', 'opt_out', 'deceased', 'complaint'] as const)
      suppressions.push({ kind, person, recorded: earliest - rng.between(10, 700) })
    } else if (rng.chance(unknownShares.minor)) {
      ;(people[person] as Person).birth = earliest - rng.between(13 * 365, 17 * 365)
    }
  }
  return suppressions
}

const isMinor = (person: Person): boolean => person.birth > dayOf('2025-06-02') - 18 * 365

interface Deck {
  gross: number
  people: Person[]
  unfit: Map<number, Suppression['kind']>
  decoys: Set<number>
  ownSeeds: Set<number>
}

function writeRows(rng: Random, names: number[], deck: Deck): ListRow[] {
  const rows = names.map((person) => rowOf(rng, person, deck))
  const twice = rows.filter(({ fate, ownerSeed }) => !ownerSeed && (fate === 'net' || fate === 'house'))
  for (let i = rows.length; i < deck.gross && twice.length > 0; i++) {
    rows.push({ ...rng.pick(twice), fate: 'duplicate', blurred: true })
  }
  rng.shuffle(rows)
  // The copy that stands first in the file stays; the later one is the duplicate.
  const seen = new Map<number, ListRow>()
  rows.forEach((row, i) => {
    row.row = i + 1
    const first = seen.get(row.person)
    if (first === undefined) seen.set(row.person, row)
    else if (first.fate === 'duplicate') {
      first.fate = row.fate
      row.fate = 'duplicate'
    }
  })
  return rows
}

function rowOf(rng: Random, person: number, { people, unfit, decoys, ownSeeds }: Deck): ListRow {
  const row: ListRow = {
    row: 0,
    person,
    fate: 'net',
    ownerSeed: decoys.has(person),
    noAddress: false,
    undeliverable: false,
    optedOut: false,
    blurred: false,
  }
  if (ownSeeds.has(person)) return { ...row, fate: 'own_seed' }
  if (row.ownerSeed) return row
  const isHouse = (people[person] as Person).joined >= 0
  row.blurred = rng.chance(isHouse ? 0.6 : 0.25)
  const chance = rng.next()
  if (chance < shares.noAddress) return { ...row, fate: 'reject', noAddress: true }
  if (chance < shares.noAddress + shares.undeliverable) return { ...row, fate: 'reject', undeliverable: true }
  if (chance < shares.noAddress + shares.undeliverable + shares.optedOut)
    return { ...row, fate: 'opt_out', optedOut: true }
  const kind = unfit.get(person)
  if (kind !== undefined) return { ...row, fate: kind }
  if (isMinor(people[person] as Person)) return { ...row, fate: 'minor' }
  return isHouse ? { ...row, fate: 'house' } : row
}

/** Most entries of a suppression file meet nobody: people on no list. */
function addOtherSuppressions(
  rng: Random,
  people: Person[],
  lists: ListRow[][],
  suppressions: Suppression[],
): void {
  const listed = new Set(lists.flatMap((rows) => rows.map(({ person }) => person)))
  for (const { index, joined } of people) {
    if (joined >= 0 || listed.has(index) || !rng.chance(0.12)) continue
    const kind = rng.pick(['opt_out', 'opt_out', 'opt_out', 'deceased', 'complaint', 'minor'] as const)
    suppressions.push({ kind, person: index, recorded: dayOf('2023-01-01') + rng.int(1000) })
  }
}

/**
 * What the owner's invoice asks, in the licence's currency. Two owners bill as agreed, by net names with a floor
 * (domain of list rental: billable = max(net, floor x gross)); the owner of the households bills the gross.
 */
export function invoiceOf(licence: Licence, rows: readonly ListRow[]): number {
  const gross = rows.length
  const net = rows.filter(({ fate }) => fate === 'net').length
  const billable = licence.id === 'L-HH25' ? gross : Math.max(net, licence.floorShare * gross)
  const amount =
    (billable * licence.pricePerThousand + (gross - billable) * licence.runCharge) / 1000 + licence.selects
  return Math.round(amount * 100) / 100
}

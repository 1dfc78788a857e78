import { dateOf } from './calendar.ts'
import { writePhone } from './contact-points.ts'
import { misspellLatin } from './misspell.ts'
import type { AccountOrders, Organisation } from './organisations.ts'
import { addressLine, cityOf, postcodeOf } from './places.ts'
import type { Random } from './random.ts'

/** An organisation as the account system holds it. */
export interface AccountRecord {
  organisation: Organisation
  primary: boolean
  /** Day of opening; the account system keeps days. */
  opened: number
  name: string
  registration: string | null
  domain: string | null
  phone: string | null
  address: string | null
  city: string
  postcode: string | null
}

export interface AccountRecords {
  list: AccountRecord[]
  /** By account order: position in `list`. */
  ofOrder: Int32Array
  primary: Int32Array
}

/** One account in twenty-five was opened a second time, under another form of its name. */
export function makeAccountRecords(
  rng: Random,
  organisations: Organisation[],
  { organisation, time }: AccountOrders,
): AccountRecords {
  const made: AccountRecord[] = []
  const primary = new Map<AccountRecord, number>()
  const again = new Map<number, AccountRecord>()
  for (const account of organisations) {
    const record = primaryRecord(rng, account)
    primary.set(record, account.index)
    made.push(record)
    if (!rng.chance(0.05)) continue
    const second = repeatRecord(rng, account)
    again.set(account.index, second)
    made.push(second)
  }
  made.sort((a, b) => a.opened - b.opened || a.organisation.index - b.organisation.index)
  const position = new Map(made.map((record, i) => [record, i]))
  const first = new Int32Array(organisations.length)
  for (const [record, index] of primary) first[index] = position.get(record) as number
  const ofOrder = Int32Array.from(organisation, (index, i) => {
    const second = again.get(index)
    const usesSecond =
      second !== undefined &&
      dateOf(second.opened) <= dateOf(Math.floor((time[i] as number) / 86_400)) &&
      rng.chance(0.5)
    return usesSecond ? (position.get(second) as number) : (first[index] as number)
  })
  return { list: made, ofOrder, primary: first }
}

function primaryRecord(rng: Random, organisation: Organisation): AccountRecord {
  const { trade, legalForm, market, address, phone, registration, domain } = organisation
  return {
    organisation,
    primary: true,
    opened: organisation.started,
    name: fullName(trade, legalForm, market),
    registration: rng.chance(0.88) ? registration : null,
    domain: rng.chance(0.75) ? domain : null,
    phone: writePhone(phone, market, rng.int(4)),
    address: addressLine(address, market === 1),
    city: market === 1 ? cityOf(address).latin : cityOf(address).name,
    postcode: postcodeOf(address),
  }
}

const fullName = (trade: string, legalForm: string, market: number): string =>
  market === 0 ? trade + legalForm : `${trade} ${legalForm}`

/** The legal form left out or written otherwise, a slip in the name; number, domain or telephone still agree. */
function repeatRecord(rng: Random, organisation: Organisation): AccountRecord {
  const { trade, legalForm, market } = organisation
  const first = primaryRecord(rng, organisation)
  const other = market === 0 ? '' : rng.pick(['Ltd.', 'LTD', 'Limited', ''])
  const slipped = market === 0 || rng.chance(0.6) ? trade : misspellLatin(rng, trade)
  const knownByNumber = rng.chance(0.6)
  return {
    ...first,
    primary: false,
    opened: organisation.started + rng.between(60, 700),
    name: rng.chance(0.25) ? fullName(slipped, legalForm, market) : `${slipped} ${other}`.trim(),
    registration: knownByNumber ? organisation.registration : null,
    domain: knownByNumber ? first.domain : organisation.domain,
  }
}

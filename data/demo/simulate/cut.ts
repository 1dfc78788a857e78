import type { SQLInputValue } from 'node:sqlite'
import { endOfFirmDay } from './calendar.ts'
import { buyerKinds } from './sales.ts'
import type { World } from './world.ts'

export type Row = SQLInputValue[]

/** The world as the operational system knows it at the end of a day: what comes later is not in it yet. */
export interface Cut {
  world: World
  until: number
  /** The last moment, seconds UTC. */
  end: number
  /** Number of a person's first record; null while there is none. */
  memberOf(person: number): string | null
  accountOf(organisation: number): string | null
  /** By position in the books: position of the record (of persons or of accounts) that ordered, -1 for nobody. */
  ownerOfSale: Int32Array
}

export function cutAt(world: World, until: number): Cut {
  const end = lastMoment(until)
  const { records, accounts } = world
  return {
    world,
    until,
    end,
    memberOf: membersAt(records, end),
    accountOf: (organisation) => {
      const position = accounts.primary[organisation] as number
      return (accounts.list[position]?.opened ?? Number.POSITIVE_INFINITY) <= until
        ? accountNumber(position)
        : null
    },
    ownerOfSale: ownersOf(world),
  }
}

export const lastMoment = (until: number): number => endOfFirmDay(until) - 1

export function membersAt(records: World['records'], end: number): Cut['memberOf'] {
  return (person) => {
    const position = records.primary[person] as number
    const record = records.list[position]
    return record !== undefined && (record.entries[0]?.from ?? Number.POSITIVE_INFINITY) <= end
      ? memberNumber(position)
      : null
  }
}

export const memberNumber = (position: number): string => `M${String(1_000_001 + position)}`
export const accountNumber = (position: number): string => `K${String(20_001 + position)}`

function ownersOf({ sales, lives, records, accounts, accountSales }: World): Int32Array {
  const owners = new Int32Array(sales.time.length).fill(-1)
  owners.set(records.ofPurchase.subarray(0, lives.purchases.time.length))
  accountSales.forEach((sale, i) => {
    owners[sale] = accounts.ofOrder[i] as number
  })
  for (let sale = lives.purchases.time.length; sale < owners.length; sale++) {
    if (owners[sale] !== -1 || sales.kind[sale] === buyerKinds.unknown) continue
    const original = sales.returnOf[sale] as number
    const first = sales.kind[sale] === buyerKinds.person ? records.primary : accounts.primary
    owners[sale] = original >= 0 ? (owners[original] as number) : (first[sales.who[sale] as number] as number)
  }
  return owners
}

/** Whether a moment has been. */
export const isPast = (cut: Cut, seconds: number): boolean => seconds <= cut.end

/** Fen, cents or pence. */
export const minor = (amount: number): number => Math.round(amount * 100)

/** Rows numbered from `from`, in their order. */
export function* numbered<T>(
  from: number,
  list: Iterable<T>,
  row: (item: T, id: number) => Row | null,
): Generator<Row> {
  let id = from
  for (const item of list) {
    const cells = row(item, id)
    id++
    if (cells !== null) yield cells
  }
}

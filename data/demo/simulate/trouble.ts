import { secondsPerDay } from './calendar.ts'
import type { Market } from './markets.ts'
import type { Employee, Roster } from './network.ts'
import type { AccountOrders, Organisation } from './organisations.ts'
import { type Random, weighted } from './random.ts'

/** A service request, repair or complaint about an order. */
export interface Trouble {
  kind: 'service' | 'repair' | 'complaint'
  /** Position of the order it is about. */
  order: number
  cause: 'firm' | 'competitor' | 'customer' | 'unknown'
  subject: number
  /** Seconds, UTC. */
  opened: number
  closed: number
  handler: Employee
  well: boolean
  /** Yuan. */
  cost: number
}

export const troubleSubjects = {
  service: ['Brewing advice', 'Delivery date', 'Invoice', 'Exchange of size'],
  repair: ['Lid or handle', 'Electric stove', 'Seam or zip'],
  complaint: [
    'Broken in transit',
    'Late delivery',
    'Taste or quality',
    'Wrong article',
    'Rude service',
    'Price changed',
  ],
} as const

const kinds = ['service', 'repair', 'complaint'] as const
const drawKind = weighted([0.5, 0.12, 0.38])
const drawCause = weighted([0.6, 0.04, 0.2, 0.16])
const causes = ['firm', 'competitor', 'customer', 'unknown'] as const
const shareWithCase = 0.048

interface Occasion {
  order: number
  market: Market
  day: number
  worse: number
}

/** One order in twenty leads to a case; badly run shops make more of them. Null when all is well. */
export function drawCase(
  rng: Random,
  { order, market, day, worse }: Occasion,
  roster: Roster,
): Trouble | null {
  if (!rng.chance(shareWithCase * worse)) return null
  const kind = kinds[drawKind(rng)] as Trouble['kind']
  const opened =
    (day + 1 + Math.floor(rng.exponential(6))) * secondsPerDay + rng.between(1, 10) * 3600 + rng.int(3600)
  const handler = roster.handler(rng, market, day)
  const well = rng.chance(kind === 'complaint' ? handler.care : Math.min(0.95, handler.care + 0.25))
  const days = rng.exponential(well ? 2.5 : 7) + 0.1
  const cost =
    kind === 'complaint' ? 15 + rng.exponential(45) : kind === 'repair' ? 30 + rng.exponential(60) : 8
  return {
    kind,
    order,
    cause: causes[drawCause(rng)] as Trouble['cause'],
    subject: rng.int(troubleSubjects[kind].length),
    opened,
    closed: opened + Math.round(days * secondsPerDay),
    handler,
    well,
    cost: Math.round(cost * 100) / 100,
  }
}

/** Cases about the orders of organisations; `sales` is the position of each order in the books. */
export function troublesOfAccounts(
  rng: Random,
  organisations: Organisation[],
  orders: AccountOrders,
  sales: readonly number[],
  roster: Roster,
): Trouble[] {
  return orders.organisation.flatMap((index, i) => {
    const day = Math.floor((orders.time[i] as number) / secondsPerDay)
    const { market } = organisations[index] as Organisation
    const trouble = drawCase(rng, { order: sales[i] as number, market, day, worse: 0.6 }, roster)
    return trouble === null ? [] : [trouble]
  })
}

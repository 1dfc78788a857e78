import { secondsPerDay } from './calendar.ts'
import type { Lives } from './life.ts'
import type { Person } from './people.ts'
import { type Random, weighted } from './random.ts'

/** A departure that somebody declared. */
export interface Departure {
  /** Seconds, UTC. */
  at: number
  reason: (typeof departureReasons)[number]
  /** The membership is closed; all personal data is erased on request. */
  closes: boolean
  erases: boolean
}

const departureReasons = [
  { code: 'CMP', text: 'Complaint not settled', cause: 'firm' },
  { code: 'QLT', text: 'Quality fell', cause: 'firm' },
  { code: 'PRC', text: 'Too dear', cause: 'firm' },
  { code: 'OTH', text: 'Buys elsewhere', cause: 'competitor' },
  { code: 'MOV', text: 'Moved away', cause: 'customer' },
  { code: 'NEE', text: 'No longer needed', cause: 'customer' },
  { code: 'UNK', text: 'No reason given', cause: 'unknown' },
] as const

const drawReason = weighted([0.02, 0.12, 0.16, 0.28, 0.1, 0.14, 0.18])

/** What those said who declared that they were leaving. By person. */
export function makeDepartures(rng: Random, people: Person[], lives: Lives): Map<number, Departure> {
  const departures = new Map<number, Departure>()
  for (const { index } of people) {
    const said = lives.departed[index] as number
    if (said === 0) continue
    const erases = rng.chance(0.06)
    departures.set(index, {
      at: (lives.leftAt[index] as number) + rng.between(3, 60) * secondsPerDay + rng.int(30000),
      reason: departureReasons[said === 2 ? 0 : drawReason(rng)] as Departure['reason'],
      closes: erases || rng.chance(0.45),
      erases,
    })
  }
  return departures
}

import type { Market } from './markets.ts'
import type { PersonName } from './names.ts'
import type { Random } from './random.ts'

/**
 * Telephone numbers and e-mail addresses that reach nobody. The three blocks of numbers are narrow and
 * plainly made up (199 00…, 5 00…, 07700 9…, next to Ofcom's numbers for drama); the domains are reserved by RFC 2606.
 */
export interface Exchange {
  /** A number nobody else has: digits of the national number, without any trunk prefix. */
  phone(market: Market): string
  email(market: Market, name: PersonName): string
}

export function openExchange(rng: Random): Exchange {
  const given = [0, 0, 0]
  const taken = new Set<string>()
  const next = (market: Market, size: number, stride: number) => {
    const n = given[market] as number
    given[market] = n + 1
    // The stride shares no factor with the size: all numbers of the block are met before one comes again.
    return String((n * stride + 4211) % size).padStart(String(size - 1).length, '0')
  }
  return {
    phone(market) {
      if (market === 0) return `19900${next(0, 1_000_000, 618_033)}`
      if (market === 1) return `500${next(1, 100_000, 61_803)}`
      return `77009${next(2, 100_000, 61_803)}`
    },
    email(market, name) {
      const words = `${localPart(name.english || name.given)}.${localPart(name.family)}`
      for (;;) {
        const address = `${words}${rng.chance(0.75) ? rng.between(1, 99) : rng.between(100, 9999)}@${rng.pick(domains[market] as string[])}`
        if (taken.has(address)) continue
        taken.add(address)
        return address
      }
    },
  }
}

const localParts = new Map<string, string>()
/** The letters of a name, without accents. */
export function localPart(name: string): string {
  let part = localParts.get(name)
  if (part === undefined) {
    part = name
      .normalize('NFD')
      .toLowerCase()
      .replaceAll(/[^a-z]/g, '')
    localParts.set(name, part)
  }
  return part
}

const domains = [
  ['cn.example.com', 'mail.example.com', 'box.example.net'],
  ['hk.example.com', 'mail.example.com', 'post.example.org'],
  ['uk.example.com', 'mail.example.com', 'post.example.org'],
]

const prefixes = ['86', '852', '44'] as const

/** A number as people and tills write it. */
export function writePhone(national: string, market: Market, style: number): string {
  const groups =
    market === 0
      ? [national.slice(0, 3), national.slice(3, 7), national.slice(7)]
      : market === 1
        ? [national.slice(0, 4), national.slice(4)]
        : [national.slice(0, 4), national.slice(4)]
  const trunk = market === 2 ? '0' : ''
  switch (style) {
    case 1:
      return `+${prefixes[market]} ${groups.join(' ')}`
    case 2:
      return `${trunk}${groups.join('-')}`
    case 3:
      return `${trunk}${groups.join(' ')}`
    case 4:
      return `00${prefixes[market]}${national}`
    default:
      return `${trunk}${national}`
  }
}

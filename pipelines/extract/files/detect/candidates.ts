import type { Encoding } from '../../../contract.ts'

/** What the bytes of a text come to in one encoding. ASCII does not count. */
export interface Tally {
  encoding: Encoding
  /** Characters beyond ASCII. */
  seen: number
  /** How many of them people write every day: an uncommon one counts in part. */
  common: number
  /** Sequences that are none. */
  invalid: number
}

export interface Candidate {
  tally: Tally
  push(byte: number): void
  /** Nothing follows. */
  end(): void
}

export const candidates = (): Candidate[] => [
  utf8(),
  pairs('gb18030', isHigh, gb18030),
  pairs('big5', isHigh, big5),
  pairs('shift-jis', (byte) => isHigh(byte) && (byte < 0xa1 || byte > 0xdf), shiftJis),
  windows1252(),
]

const fresh = (encoding: Encoding): Tally => ({ encoding, seen: 0, common: 0, invalid: 0 })
const isHigh = (byte: number) => byte >= 0x80
const within = (byte: number, from: number, to: number) => byte >= from && byte <= to

function utf8(): Candidate {
  const tally = fresh('utf-8')
  let wanted = 0
  return {
    tally,
    push(byte) {
      if (wanted > 0 && within(byte, 0x80, 0xbf)) {
        wanted -= 1
        if (wanted === 0) tally.seen += 1
        return
      }
      if (wanted > 0) tally.invalid += 1
      wanted = within(byte, 0xc2, 0xdf) ? 1 : within(byte, 0xe0, 0xef) ? 2 : within(byte, 0xf0, 0xf4) ? 3 : 0
      if (byte >= 0x80 && wanted === 0) tally.invalid += 1
    },
    end() {
      if (wanted > 0) tally.invalid += 1
    },
  }
}

/** How common a pair's character is, from 0 to 1; null: the pair is none. */
type Weigh = (lead: number, trail: number) => number | null

/** Encodings of one and two bytes (and the four of GB18030, which count as two pairs). */
function pairs(encoding: Encoding, isLead: (byte: number) => boolean, weigh: Weigh): Candidate {
  const tally = fresh(encoding)
  let lead = -1
  const count = (weight: number | null) => {
    if (weight === null) tally.invalid += 1
    else {
      tally.seen += 1
      tally.common += weight
    }
  }
  return {
    tally,
    push(byte) {
      if (lead >= 0) {
        count(weigh(lead, byte))
        lead = -1
      } else if (isLead(byte)) lead = byte
      // Half-width katakana: one byte each, and rare but in old files.
      else if (byte >= 0x80) count(0.2)
    },
    end() {
      if (lead >= 0) count(null)
    },
  }
}

const gb18030: Weigh = (lead, trail) => {
  if (lead === 0x80 || lead === 0xff || trail === 0x7f || trail === 0xff) return null
  if (trail < 0x40) return within(trail, 0x30, 0x39) ? 0.1 : null
  if (trail < 0xa1) return 0.1
  if (within(lead, 0xb0, 0xd7) || within(lead, 0xa1, 0xa3)) return 1
  return within(lead, 0xd8, 0xf7) ? 0.5 : 0.1
}

const big5: Weigh = (lead, trail) => {
  if (!within(lead, 0x81, 0xfe) || !(within(trail, 0x40, 0x7e) || within(trail, 0xa1, 0xfe))) return null
  if (within(lead, 0xa4, 0xc6)) return 1
  if (within(lead, 0xa1, 0xa3)) return 0.8
  return within(lead, 0xc9, 0xf9) ? 0.3 : 0
}

const shiftJis: Weigh = (lead, trail) => {
  if (lead === 0x80 || lead === 0xa0 || lead > 0xfc || !within(trail, 0x40, 0xfc) || trail === 0x7f)
    return null
  if (lead === 0x81) return trail <= 0xac ? 1 : 0.3
  if (lead === 0x82) return 1
  if (lead === 0x83) return trail <= 0x96 ? 1 : 0.3
  return within(lead, 0x88, 0x97) ? 1 : 0.3
}

const undefinedBytes = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d])

/** In western text a letter beyond ASCII stands alone between others; in any other text it is half of something. */
function windows1252(): Candidate {
  const tally = fresh('windows-1252')
  let run: number[] = []
  const close = () => {
    const alone = run.length === 1 || (run.length === 2 && run.every((byte) => byte >= 0xc0 && byte !== 0xd7))
    for (const byte of run) {
      tally.seen += 1
      if (undefinedBytes.has(byte)) tally.invalid += 1
      tally.common += alone ? (run.length === 1 ? 1 : 0.4) : 0.1
    }
    run = []
  }
  return {
    tally,
    push(byte) {
      if (byte >= 0x80) run.push(byte)
      else if (run.length > 0) close()
    },
    end: close,
  }
}

import { plainNumber } from './number.ts'
import type { NumberKind } from './styles.ts'
import type { Workbook } from './workbook.ts'

/**
 * A cell's stored value as text: moments as ISO days or seconds, times as HH:MM:SS, numbers plain (percentages as the
 * fraction they are), leading zeros where the format shows them, an error as its sign (#N/A), empty text as nothing.
 */
export function cellText(type: string, value: string, style: number, book: Workbook): string | null {
  if (value === '') return null
  if (type === 's') {
    const shared = book.strings.get(Number(value))
    if (shared === undefined) throw new Error('a cell names a shared text that is not there')
    return shared === '' ? null : shared
  }
  if (type === 'b') return value === '1' || value === 'true' ? 'true' : 'false'
  if (type === 'd') return isoText(value)
  if (type !== 'n') return value
  const number = Number(value)
  if (value.trim() === '' || !Number.isFinite(number)) return value
  return numberText(value, number, book.styles[style] ?? 'number', book.since1904)
}

function numberText(value: string, number: number, kind: NumberKind, since1904: boolean): string {
  if (kind === 'number') return plainNumber(value)
  if (typeof kind === 'object') {
    return Number.isSafeInteger(number) && number >= 0
      ? String(number).padStart(kind.digits, '0')
      : plainNumber(value)
  }
  if (kind === 'hours') return clock(number)
  if (kind === 'time' && number >= 0 && number < 1) return clock(number)
  return moment(number, since1904) ?? plainNumber(value)
}

const secondsADay = 86_400

/** A part of a day, or several days, in hours, minutes and seconds. */
function clock(days: number): string {
  const all = Math.round(Math.abs(days) * secondsADay)
  const two = (part: number) => String(part).padStart(2, '0')
  const shown = `${two(Math.floor(all / 3600))}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`
  return days < 0 && all > 0 ? `-${shown}` : shown
}

/** The day of serial 0 in days since 1970. */
const epochs = { 1900: -25_569, 1904: -24_107 }
/** 9999-12-31: the program shows no later day. */
const lastSerial = 2_958_465

function moment(serial: number, since1904: boolean): string | null {
  if (serial < 0 || serial >= lastSerial + 1) return null
  // The program takes 1900 for a leap year: before its 60th day, which never was, every serial is one less.
  const shift = !since1904 && serial < 60 ? 1 : 0
  const days = serial + shift + (since1904 ? epochs[1904] : epochs[1900])
  return isoText(new Date(Math.round(days * secondsADay) * 1000).toISOString())
}

const isoText = (iso: string): string => iso.replace('T', ' ').replace(/( 00:00:00)?(\.0+)?Z?$/, '')

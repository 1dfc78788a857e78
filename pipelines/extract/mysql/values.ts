import { takeOf } from '../database/takes.ts'
import { UnfitValue } from '../database/unfit-value.ts'
import type { Column, Fixed, Texts } from '../parquet/column.ts'

/** Moves one value out of the server's text into a column. */
export type Take = (bytes: Buffer, at: number, length: number) => void

/** How values of a type come over: as MySQL writes them. */
export const takeInto = (column: Column, type: string): Take =>
  takeOf({ byType, decimals: decimalsInto }, column, type)

const byType: Record<string, (column: never) => Take> = {
  VARCHAR: (column: Texts) => (bytes, at, length) => column.add(bytes, at, length),
  INTEGER: (column: Fixed) => (bytes, at, length) => column.int32(Number(wholeOf(bytes, at, length))),
  BIGINT: (column: Fixed) => (bytes, at, length) => column.whole(wholeOf(bytes, at, length)),
  UBIGINT: (column: Fixed) => (bytes, at, length) => column.whole(wholeOf(bytes, at, length)),
  DOUBLE: (column: Fixed) => (bytes, at, length) => column.double(numberOf(bytes, at, length)),
  DATE: (column: Fixed) => (bytes, at, length) => column.int32(dayOf(bytes, at, length)),
  TIMESTAMP: (column: Fixed) => (bytes, at, length) => addMoment(column, bytes, at, length),
  TIMESTAMPTZ: (column: Fixed) => (bytes, at, length) => addMoment(column, bytes, at, length),
}

const minus = 0x2d
const point = 0x2e
const zero = 0x30
const nine = 0x39
/** Digits that a double holds exactly. */
const exact = 15

const textOf = (bytes: Buffer, at: number, length: number): string =>
  bytes.toString('latin1', at, at + length)

/** A whole number, as a double where that holds it exactly. */
function wholeOf(bytes: Buffer, at: number, length: number): number | bigint {
  if (length > exact) return BigInt(textOf(bytes, at, length))
  const isNegative = bytes[at] === minus
  let value = 0
  for (let i = isNegative ? at + 1 : at; i < at + length; i++) value = value * 10 + digit(bytes, i)
  return isNegative ? -value : value
}

function digit(bytes: Buffer, at: number): number {
  const byte = bytes[at] as number
  if (byte < zero || byte > nine) throw new UnfitValue()
  return byte - zero
}

/** Few digits are one exact division; all else, exponents among it, is JavaScript's to read. */
function numberOf(bytes: Buffer, at: number, length: number): number {
  const isNegative = bytes[at] === minus
  let value = 0
  let fraction = -1
  if (length > exact) return Number(textOf(bytes, at, length))
  for (let i = isNegative ? at + 1 : at; i < at + length; i++) {
    const byte = bytes[i] as number
    if (byte === point) fraction = 0
    else if (byte < zero || byte > nine) return Number(textOf(bytes, at, length))
    else {
      value = value * 10 + byte - zero
      if (fraction >= 0) fraction += 1
    }
  }
  if (fraction > 0) value /= 10 ** fraction
  return isNegative ? -value : value
}

function decimalsInto(column: Fixed, precision: number, scale: number): Take {
  return (bytes, at, length) => {
    const value = length > exact ? manyDigits(bytes, at, length, scale) : fewDigits(bytes, at, length, scale)
    if (precision <= 9) column.int32(Number(value))
    else if (precision <= 18) column.whole(value)
    else column.wide(BigInt(value))
  }
}

/** The number without its point. */
function fewDigits(bytes: Buffer, at: number, length: number, scale: number): number {
  const isNegative = bytes[at] === minus
  let value = 0
  let fraction = -1
  for (let i = isNegative ? at + 1 : at; i < at + length; i++) {
    if (bytes[i] === point) fraction = 0
    else {
      value = value * 10 + digit(bytes, i)
      if (fraction >= 0) fraction += 1
    }
  }
  if (Math.max(fraction, 0) !== scale) return Number(manyDigits(bytes, at, length, scale))
  return isNegative ? -value : value
}

function manyDigits(bytes: Buffer, at: number, length: number, scale: number): bigint {
  const [whole = '', fraction = ''] = textOf(bytes, at, length).split('.')
  return BigInt(whole + fraction.padEnd(scale, '0'))
}

/** A day of `YYYY-MM-DD` from 1970. MySQL may keep days that no calendar has. */
function dayOf(bytes: Buffer, at: number, length: number): number {
  if (length < 10) throw new UnfitValue()
  const year = two(bytes, at) * 100 + two(bytes, at + 2)
  const month = two(bytes, at + 5)
  const day = two(bytes, at + 8)
  if (year === 0 || month === 0 || month > 12 || day === 0 || day > daysIn(year, month))
    throw new UnfitValue()
  // Years begin in March: the day that comes and goes is their last one.
  const years = month > 2 ? year : year - 1
  const sinceMarch = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5)
  const leaps = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400)
  return years * 365 + leaps + sinceMarch + day - 719_469
}

const daysIn = (year: number, month: number): number => {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

const two = (bytes: Buffer, at: number): number => digit(bytes, at) * 10 + digit(bytes, at + 1)

/** Microseconds of `YYYY-MM-DD HH:MM:SS.ffffff` from 1970: they are 64 times 15,625 a second, which a double holds. */
function addMoment(column: Fixed, bytes: Buffer, at: number, length: number): void {
  if (length < 19) throw new UnfitValue()
  const clock = two(bytes, at + 11) * 3600 + two(bytes, at + 14) * 60 + two(bytes, at + 17)
  let micros = 0
  for (let i = 0; i < 6; i++) micros = micros * 10 + (20 + i < length ? digit(bytes, at + 20 + i) : 0)
  const pieces = (dayOf(bytes, at, length) * 86_400 + clock) * 15_625 + Math.floor(micros / 64)
  const high = Math.floor(pieces / 2 ** 26)
  column.int64(high, (pieces - high * 2 ** 26) * 64 + (micros % 64))
}

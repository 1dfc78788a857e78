import { takeOf } from '../database/takes.ts'
import { UnfitValue } from '../database/unfit-value.ts'
import type { Booleans, Column, Fixed, Texts } from '../parquet/column.ts'

/** Moves one value out of the server's bytes (most significant first) into a column. */
export type Take = (view: DataView, bytes: Buffer, at: number, length: number) => void

/** How values of a type come over: as PostgreSQL's own functions send them. What has no entry comes as text. */
export const takeInto = (column: Column, type: string): Take =>
  takeOf({ byType, decimals: decimalsInto }, column, type)

const byType: Record<string, (column: never) => Take> = {
  VARCHAR: (column: Texts) => (_, bytes, at, length) => column.add(bytes, at, length),
  BOOLEAN: (column: Booleans) => (view, _, at) => column.add(view.getInt8(at) !== 0),
  SMALLINT: (column: Fixed) => (view, _, at) => column.int32(view.getInt16(at)),
  INTEGER: (column: Fixed) => (view, _, at) => column.int32(view.getInt32(at)),
  BIGINT: (column: Fixed) => (view, _, at) => column.int64(view.getInt32(at), view.getInt32(at + 4)),
  FLOAT: (column: Fixed) => (view, _, at) => column.float(view.getFloat32(at)),
  DOUBLE: (column: Fixed) => (view, _, at) => column.double(view.getFloat64(at)),
  TIME: (column: Fixed) => (view, _, at) => column.int64(view.getInt32(at), view.getInt32(at + 4)),
  UUID: (column: Fixed) => (_, bytes, at) => column.raw(bytes, at),
  DATE: (column: Fixed) => (view, _, at) => column.int32(daysOf(view.getInt32(at))),
  TIMESTAMP: (column: Fixed) => (view, _, at) => addMoment(column, view.getInt32(at), view.getUint32(at + 4)),
  TIMESTAMPTZ: (column: Fixed) => (view, _, at) =>
    addMoment(column, view.getInt32(at), view.getUint32(at + 4)),
}

const least = -(2 ** 31)
const most = 2 ** 31 - 1
/** 2000-01-01, from which the server counts, and the first day of the first year, in days from 1970. */
const daysTo2000 = 10_957
const firstDay = -719_162

/** Days from 1970. The ends of time are the engine's; a day before Christ is read as text. */
function daysOf(days: number): number {
  if (days === most) return most
  if (days === least) return -most
  if (days + daysTo2000 < firstDay) throw new UnfitValue()
  return days + daysTo2000
}

const half = 2 ** 32
const halves = (micros: bigint) => [Number(micros >> 32n), Number(micros & 0xffff_ffffn)] as const
const [epochHigh, epochLow] = halves(BigInt(daysTo2000) * 86_400_000_000n)
const [firstHigh, firstLow] = halves(BigInt(firstDay) * 86_400_000_000n)

/** Microseconds from 2000 become such from 1970. */
function addMoment(column: Fixed, high: number, low: number): void {
  if (high === most && low === half - 1) column.int64(most, -1)
  else if (high === least && low === 0) column.int64(least, 1)
  else addFinite(column, high, low)
}

function addFinite(column: Fixed, high: number, low: number): void {
  const sum = low + epochLow
  const lower = sum % half
  const upper = high + epochHigh + (sum >= half ? 1 : 0)
  if (upper > most || upper < firstHigh || (upper === firstHigh && lower < firstLow)) throw new UnfitValue()
  column.int64(upper, lower)
}

const negative = 0x4000
/** Digits that a double holds exactly. */
const exact = 15

/**
 * Numbers come as digits to the base of 10,000, the first of which stands `weight` places before the point. Small ones
 * are put together as doubles, exactly; others as BigInt.
 */
function decimalsInto(column: Fixed, precision: number, scale: number): Take {
  const groups = Math.ceil(scale / 4)
  const spare = 10 ** (groups * 4 - scale)
  const add = addTo(column, precision)
  return (view, _, at) => {
    const count = view.getUint16(at)
    const weight = view.getInt16(at + 2)
    const sign = view.getUint16(at + 4)
    // NaN and the infinities.
    if (sign !== 0 && sign !== negative) throw new UnfitValue()
    const places = weight + 1 + groups
    if (places * 4 > exact) {
      const value = manyDigits(view, at, count, places, spare)
      return add(sign === 0 ? value : -value)
    }
    let value = 0
    for (let i = 0; i < places; i++) value = value * 10_000 + (i < count ? view.getUint16(at + 8 + i * 2) : 0)
    add(sign === 0 ? value / spare : -value / spare)
  }
}

function manyDigits(view: DataView, at: number, count: number, places: number, spare: number): bigint {
  let value = 0n
  for (let i = 0; i < places; i++)
    value = value * 10_000n + BigInt(i < count ? view.getUint16(at + 8 + i * 2) : 0)
  return value / BigInt(spare)
}

type Add = (value: number | bigint) => void

function addTo(column: Fixed, precision: number): Add {
  if (precision <= 9) return (value) => column.int32(Number(value))
  return precision <= 18 ? (value) => column.whole(value) : (value) => column.wide(BigInt(value))
}

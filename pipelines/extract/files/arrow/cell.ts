import {
  type DataType,
  type Date_,
  type Decimal,
  Precision,
  type Time,
  type Timestamp,
  TimeUnit,
  Type,
  type Vector,
} from 'apache-arrow'

type Raw = ArrayLike<number | bigint>

/** How the cells of one column of a batch become text; nothing is null. */
export function arrowText(column: Vector | null): (row: number) => string | null {
  if (!column) return () => null
  const type = column.type as DataType
  const data = column.data[0]
  const raw = data?.values as Raw | undefined
  // Moments are taken as the integers they are: as numbers of milliseconds they would lose their last digits.
  const exact = raw && !column.isMemoized ? exactText(type) : null
  return (row) => {
    if (exact && data) return data.getValid(row) ? exact((raw as Raw)[row] as number | bigint) : null
    const value: unknown = column.get(row)
    return value === null || value === undefined ? null : valueText(value, type)
  }
}

function exactText(type: DataType): ((value: number | bigint) => string) | null {
  if (type.typeId === Type.Date) {
    return (type as Date_).unit === 0 ? (days) => dayText(BigInt(days)) : (ms) => momentText(BigInt(ms), 3)
  }
  if (type.typeId === Type.Timestamp) {
    const { unit, timezone } = type as Timestamp
    return (value) => `${momentText(BigInt(value), digitsOf(unit))}${timezone ? '+00' : ''}`
  }
  if (type.typeId === Type.Time) {
    const { unit } = type as Time
    return (value) => timeText(BigInt(value), digitsOf(unit))
  }
  return null
}

/** Digits behind the second. */
const digitsOf = (unit: TimeUnit): number =>
  unit === TimeUnit.SECOND ? 0 : unit === TimeUnit.MILLISECOND ? 3 : unit === TimeUnit.MICROSECOND ? 6 : 9

function dayText(days: bigint): string {
  const date = new Date(Number(days) * 86_400_000)
  return Number.isNaN(date.getTime()) ? `${days} days` : date.toISOString().replace(/T.*/, '')
}

/** A count of units since 1970 as a moment: the day alone at midnight of a date, with its fraction where it has one. */
function momentText(value: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits)
  const perDay = 86_400n * unit
  const day = value >= 0n ? value / perDay : -((-value + perDay - 1n) / perDay)
  return `${dayText(day)} ${timeText(value - day * perDay, digits)}`
}

function timeText(value: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits)
  const seconds = value / unit
  const two = (part: bigint) => String(part).padStart(2, '0')
  const clock = `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`
  const fraction = value % unit
  return fraction === 0n ? clock : `${clock}.${String(fraction).padStart(digits, '0').replace(/0+$/, '')}`
}

function valueText(value: unknown, type: DataType): string {
  if (typeof value === 'string') return value
  if (type.typeId === Type.Decimal) return decimalText(value as Uint32Array, (type as Decimal).scale)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (typeof value === 'number' && type.typeId === Type.Float && 'precision' in type)
    return floatText(value, type.precision as Precision)
  if (typeof value === 'object') return JSON.stringify(value, plain)
  return String(value)
}

/** A number of single or half precision with no more digits than it has. */
function floatText(value: number, precision: Precision): string {
  if (precision === Precision.DOUBLE || !Number.isFinite(value)) return String(value)
  const rounded = Number(value.toPrecision(7))
  return String(Math.fround(rounded) === value ? rounded : value)
}

/** A decimal of the longest kind has no more digits. */
const mostDigits = 76

/** Words of 32 bits, the lowest first, as a signed number with a decimal point. */
function decimalText(words: Uint32Array, scale: number): string {
  if (Math.abs(scale) > mostDigits) throw new RangeError('a decimal has too many digits')
  let value = 0n
  for (let i = words.length - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[i] as number)
  value = BigInt.asIntN(32 * words.length, value)
  if (scale < 0) return String(value * 10n ** BigInt(-scale))
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  const point = digits.length - scale
  const shown = scale > 0 ? `${digits.slice(0, point)}.${digits.slice(point)}` : digits
  return value < 0n ? `-${shown}` : shown
}

const plain = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? (Number.isSafeInteger(Number(value)) ? Number(value) : String(value)) : value

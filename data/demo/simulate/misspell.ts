import { homophonesOf } from './names.ts'
import type { Random } from './random.ts'

const neighbours: Readonly<Record<string, string>> = {
  a: 'sq',
  b: 'vn',
  c: 'xv',
  d: 'sf',
  e: 'wr',
  f: 'dg',
  g: 'fh',
  h: 'gj',
  i: 'uo',
  j: 'hk',
  k: 'jl',
  l: 'k',
  m: 'n',
  n: 'bm',
  o: 'ip',
  p: 'o',
  q: 'w',
  r: 'et',
  s: 'ad',
  t: 'ry',
  u: 'yi',
  v: 'cb',
  w: 'qe',
  x: 'zc',
  y: 'tu',
  z: 'x',
}

/** Text as a hurried hand types it: two letters swapped, one lost, doubled or hit beside. */
export function misspellLatin(rng: Random, text: string): string {
  if (text.length < 4) return text
  const i = rng.between(1, text.length - 2)
  const at = text.charAt(i)
  switch (rng.int(4)) {
    case 0:
      return text.slice(0, i) + text.charAt(i + 1) + at + text.slice(i + 2)
    case 1:
      return text.slice(0, i) + text.slice(i + 1)
    case 2:
      return text.slice(0, i) + at + text.slice(i)
    default:
      return text.slice(0, i) + (neighbours[at]?.charAt(0) ?? at) + text.slice(i + 1)
  }
}

/** A name in characters with one of them mistaken for another of the same sound, where there is one. */
export function misspellHan(rng: Random, text: string): string {
  const characters = [...text]
  for (let tries = 0; tries < 4; tries++) {
    const i = rng.int(characters.length)
    const others = homophonesOf(characters[i] as string)
    if (others.length === 0) continue
    characters[i] = rng.pick(others)
    return characters.join('')
  }
  return text
}

/** One digit wrong, not the first three. */
export function misdial(rng: Random, digits: string): string {
  const i = rng.between(3, digits.length - 1)
  return digits.slice(0, i) + ((Number(digits.charAt(i)) + rng.between(1, 9)) % 10) + digits.slice(i + 1)
}

/** Day and month exchanged where that is a date; otherwise a year beside. */
export function misdate(rng: Random, date: string): string {
  const [year, month, day] = date.split('-') as [string, string, string]
  if (Number(day) <= 12 && day !== month) return `${year}-${day}-${month}`
  return `${Number(year) + (rng.chance(0.5) ? 1 : -1)}-${month}-${day === '29' && month === '02' ? '28' : day}`
}

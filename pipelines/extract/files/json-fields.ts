import type { Contract } from '../../contract.ts'

/** A record as it was parsed. */
export type Found = Record<string, unknown>

/** Gives the fields of records their columns, in order of first appearance. */
export interface JsonFields {
  /** The values of a record by column; a column that it lacks is null. */
  take(record: Found): (string | null)[]
  names(): string[]
  /** What the contract expects, for a delivery without records. */
  expected(): string[]
}

export function jsonFields({ columns }: Contract): JsonFields {
  const wanted = columns.flatMap(({ from }) => from)
  const paths = wanted.filter((name) => name.includes('.')).map((name) => ({ name, steps: name.split('.') }))
  const places = new Map<string, number>()
  const place = (name: string): number => {
    const known = places.get(name)
    if (known !== undefined) return known
    places.set(name, places.size)
    return places.size - 1
  }
  return {
    take(record) {
      const values: (string | null)[] = Array.from({ length: places.size }, () => null)
      for (const [name, value] of Object.entries(record)) values[place(name)] = textOf(value)
      for (const { name, steps } of paths) {
        if (Object.hasOwn(record, name)) continue
        const value = follow(record, steps)
        if (value !== undefined) values[place(name)] = textOf(value)
      }
      return Array.from(values, (value) => value ?? null)
    },
    names: () => [...places.keys()],
    expected: () => [...new Set(wanted)],
  }
}

function follow(value: unknown, steps: string[]): unknown {
  let at = value
  for (const step of steps) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = (at as Found)[step]
  }
  return at
}

/** Text as it is; numbers, true and false as JSON writes them; nested values as JSON. */
function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const tail = (name: string) => name.slice(name.lastIndexOf('.') + 1).toLowerCase()
const head = (name: string) => name.slice(0, Math.max(0, name.lastIndexOf('.'))).toLowerCase()

/** A misspelt name of fewer letters could be anything. */
const shortest = 3

/**
 * The names that were probably meant: the same table in another schema, else a near one in the same schema (in
 * any, when none is written), else a near one on the whole. Case is ignored.
 */
export function nearMisses(name: string, candidates: Iterable<string>): string[] {
  const all = [...candidates]
  const withTail = (end: string | undefined, from = all) =>
    from.filter((one) => tail(one) === end?.toLowerCase())
  const same = withTail(tail(name))
  if (same.length > 0) return same
  if (tail(name).length < shortest) return []
  const siblings = all.filter((one) => head(one) === head(name) || head(name) === '')
  const near = nearest(tail(name), siblings.map(tail))
  if (near !== undefined) return withTail(near, siblings)
  const anywhere = nearest(name, all)
  return anywhere === undefined ? [] : [anywhere]
}

/** How to mend it: `Did you mean core.orders?`, or nothing when no name is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const near = nearMisses(name, candidates).slice(0, 3)
  return near.length === 0 ? undefined : asked(near)
}

/** `Did you mean a, b or c?` */
const asked = (names: readonly string[]): string =>
  `Did you mean ${[names.slice(0, -1).join(', '), names.at(-1)].filter(Boolean).join(' or ')}?`

/**
 * The candidate that a misspelt name was most likely meant to be, or undefined when none is near.
 * Near: at most a third of the letters differ (insertions, deletions, replacements, two letters changed over).
 */
function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.floor(Math.max(3, name.length) / 3) + 1
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < least) [best, least] = [candidate, distance]
  }
  return best
}

/** Optimal string alignment distance. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(previous, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swapped = isSwap ? at(before, j - 2) + 1 : replaced
      row.push(Math.min(replaced, swapped, at(previous, j) + 1, at(row, j - 1) + 1))
    }
    before = previous
    previous = row
  }
  return at(previous, b.length)
}

const at = (row: number[], j: number): number => row[j] as number

import { nearest } from './contract/nearest.ts'

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
export const asked = (names: readonly string[]): string =>
  `Did you mean ${[names.slice(0, -1).join(', '), names.at(-1)].filter(Boolean).join(' or ')}?`

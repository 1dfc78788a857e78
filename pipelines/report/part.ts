import type { Scope } from '../scoped.ts'
import type { Facts } from './page.ts'
import type { Words } from './words.ts'

/** `Region: United Kingdom; segment: Champions`, in the reader's language. */
export function partText({ market, place, segment }: Scope, words: Words): string {
  const country = market === undefined ? '' : words.code('countries', market)
  const names = [
    ...(market === undefined
      ? []
      : [
          words.say('part.region', {
            region: place === undefined ? country : placeText(place, country, words),
          }),
        ]),
    ...(segment === undefined
      ? []
      : [words.say('part.segment', { segment: words.code('segments', segment) })]),
  ]
  return names.join(words.say('part.and'))
}

const placeText = (place: string | null, country: string, words: Words): string =>
  words.say('part.place', { place: place ?? words.say('page.not_known'), country })

/** What the head of a page says of the part, and what its definitions do; nothing where the pack is of the whole firm. */
export function partOf(
  { part }: Facts,
  words: Words,
  isWhole: boolean,
): { name: string; head: string; definition: string } | undefined {
  if (!part) return undefined
  const name = partText(part.scope, words)
  return isWhole
    ? {
        name: words.say('part.whole'),
        head: words.say('part.whole_in', { part: name }),
        definition: words.say('part.why_whole'),
      }
    : { name, head: name, definition: words.say('part.definition') }
}

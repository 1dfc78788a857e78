import { pinyin } from 'pinyin-pro'
import toJyutping from 'to-jyutping'
import { defineModel } from '../../pipelines/build/model.ts'

/** How Hong Kong spells what the Linguistic Society writes: chan for can4, cheung for zoeng1. First match wins. */
const initials: [RegExp, string][] = [
  [/^(gw|kw)/, 'kw'],
  [/^[zc]/, 'ch'],
  [/^j/, 'y'],
  [/^g/, 'k'],
  [/^d/, 't'],
  [/^b/, 'p'],
]
const finals: [RegExp, string][] = [
  [/oe(?=ng|k)/, 'eu'],
  [/eo(?=i)/, 'u'],
  [/eo/, 'u'],
  [/aa/, 'a'],
  [/ou/, 'o'],
  [/yyu/, 'yu'],
  [/yu/, 'u'],
]

const replaceFirst = (text: string, rules: readonly [RegExp, string][]) => {
  const rule = rules.find(([pattern]) => pattern.test(text))
  return rule ? text.replace(...rule) : text
}

/** @example hongKongSpelling('zoeng1') // 'cheung' */
const hongKongSpelling = (jyutping: string): string =>
  replaceFirst(replaceFirst(jyutping.replace(/\d/g, ''), initials), finals)

const cantonese = (character: string): string =>
  hongKongSpelling(toJyutping.getJyutpingList(character)[0]?.[1] ?? '')

/** The reading of names, which is not always the most common one: 曾 is zeng, not ceng. */
const mandarin = (character: string): string =>
  pinyin(character, { toneType: 'none', surname: 'all', type: 'array', v: true })[0] ?? ''

export default defineModel({
  description:
    'How each character of names and places sounds, in Latin letters: on the mainland and in Hong Kong',
  grain: 'one row a character',
  columns: {
    character: { type: 'VARCHAR', description: 'Character', tests: ['unique', 'not_null'] },
    mandarin: { type: 'VARCHAR', description: 'Pinyin without tones' },
    cantonese: { type: 'VARCHAR', description: 'As Hong Kong spells it, about' },
  },
  inputs: {
    characters: `
      select distinct character
      from (
        select unnest(string_split(concat(full_name, city), '')) as character from staging.persons
      )
      where regexp_full_match(character, '\\p{Han}')
      order by character`,
  },
  run: ({ inputs }) => {
    const characters = Array.from(inputs.characters.getChild('character') ?? []) as string[]
    return { character: characters, mandarin: characters.map(mandarin), cantonese: characters.map(cantonese) }
  },
})

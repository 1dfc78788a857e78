import { Converter } from 'opencc-js/t2cn'
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

/** The reading of names, which is not always the most common one: 曾 is zeng, not ceng. Few type an ü: 吕 is lu. */
const mandarin = (character: string): string =>
  pinyin(character, { toneType: 'none', surname: 'all', type: 'array', v: true })[0]?.replace('v', 'u') ?? ''

const fromTraditional = Converter({ from: 't', to: 'cn' })
const fromHongKong = Converter({ from: 'hk', to: 'cn' })

/** @example simplified('劉') // '刘', and so does 衞, which only Hong Kong writes: '卫' */
const simplified = (character: string): string => {
  const plain = fromTraditional(character)
  return plain === character ? fromHongKong(character) : plain
}

export default defineModel({
  description:
    'Each character of names and addresses in simplified form, and how it sounds in Latin letters: on the mainland and in Hong Kong',
  grain: 'one row a character',
  columns: {
    character: { type: 'VARCHAR', description: 'Character', tests: ['unique', 'not_null'] },
    simplified: { type: 'VARCHAR', description: 'Its simplified form', tests: ['not_null'] },
    mandarin: { type: 'VARCHAR', description: 'Pinyin without tones' },
    cantonese: { type: 'VARCHAR', description: 'As Hong Kong spells it, about' },
  },
  inputs: {
    characters: `
      select distinct unnest(string_split(text, '')) as character
      from identity.texts
      where regexp_matches(text, '\\p{Han}')
      order by character`,
  },
  run: ({ inputs }) => {
    const found = Array.from(inputs.characters.getChild('character') ?? []) as string[]
    const characters = found.filter((character) => /\p{Script=Han}/u.test(character))
    return {
      character: characters,
      simplified: characters.map(simplified),
      mandarin: characters.map(mandarin),
      cantonese: characters.map(cantonese),
    }
  },
})

import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import * as fontkit from 'fontkit'
import subsetFont from 'subset-font'
import { family } from './chart/theme.ts'
import type { Locale } from './locale.ts'

export type Weight = 400 | 600
/** Width of a text in CSS pixels. */
export type Measure = (text: string, size: number, weight: Weight) => number

export interface Fonts {
  /** Characters of the text that no bundled font can draw. */
  missing(text: string): string[]
  measure(locale: Locale): Measure
  /** `@font-face` rules that carry the fonts, cut to the characters of the text. Cuts are kept in `cacheDir`. */
  css(text: string, locale: Locale, cacheDir: string): Promise<string>
}

const locate = createRequire(import.meta.url).resolve
const weights: Weight[] = [400, 600]
const files = {
  latin: {
    400: locate('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'),
    600: locate('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'),
  },
  // The whole font rather than web slices: those lack 8,660 characters of GBK, among them ones that stand in names.
  han: {
    400: locate('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf'),
    600: locate('@expo-google-fonts/noto-sans-sc/600SemiBold/NotoSansSC_600SemiBold.ttf'),
  },
}
type Script = keyof typeof files

/** Marks that both scripts have, and that Chinese sets in the width of a character. */
const chineseMarks = new Set([...'“”‘’—…·'].map((mark) => mark.codePointAt(0) as number))
const features = ['kern', 'liga', 'calt', 'ccmp', 'locl', 'mark', 'tnum', 'case', 'halt', 'chws']

export function openFonts(): Fonts {
  const open = remember((file: string) => fontkit.openSync(file) as fontkit.Font)
  const scriptOf = (code: number, locale: Locale): Script | undefined => {
    const order: Script[] = locale === 'zh-CN' && chineseMarks.has(code) ? ['han', 'latin'] : ['latin', 'han']
    return order.find((script) => open(files[script][400]).hasGlyphForCodePoint(code))
  }
  const advance = remember((key: string) => {
    const [locale, weight, code] = key.split(' ')
    const script = scriptOf(Number(code), locale as Locale)
    if (!script) return 1
    const font = open(files[script][Number(weight) as Weight])
    return font.glyphForCodePoint(Number(code)).advanceWidth / font.unitsPerEm
  })
  return {
    missing: (text) =>
      drawn(text)
        .filter((code) => !scriptOf(code, 'en'))
        .map((code) => String.fromCodePoint(code)),
    measure: (locale) => (text, size, weight) => {
      let width = 0
      for (const character of text) width += advance(`${locale} ${weight} ${character.codePointAt(0)}`)
      return width * size
    },
    async css(text, locale, cacheDir) {
      const codes = drawn(text)
      const faces = (['latin', 'han'] as const).flatMap((script) => {
        const own = codes.filter((code) => scriptOf(code, locale) === script)
        return own.length === 0
          ? []
          : weights.map((weight) => face(files[script][weight], weight, own, cacheDir))
      })
      const css = (await Promise.all(faces)).join('\n')
      await prune(cacheDir)
      return css
    },
  }
}

/** Code points of a text that leave a mark or a space, once each, in order. */
function drawn(text: string): number[] {
  const leavesNothing = /[\p{Cc}\p{Default_Ignorable_Code_Point}]/u
  return [...new Set(text)]
    .filter((character) => !leavesNothing.test(character))
    .map((character) => character.codePointAt(0) as number)
    .sort((a, b) => a - b)
}

async function face(file: string, weight: Weight, codes: number[], cacheDir: string): Promise<string> {
  const font = await cut(file, codes, cacheDir)
  const source = `url(data:font/woff;base64,${font.toString('base64')}) format("woff")`
  return `@font-face{font-family:${family};font-weight:${weight};src:${source};unicode-range:${ranges(codes)}}`
}

/** Cutting takes a quarter of a second a font, and most nights use the characters of the night before. */
async function cut(file: string, codes: number[], cacheDir: string): Promise<Buffer> {
  const version = createHash('sha256').update(
    JSON.stringify([file.split('node_modules').at(-1), features, codes]),
  )
  const place = join(cacheDir, `${version.digest('hex').slice(0, 32)}.woff`)
  const found = await readFile(place).catch(() => null)
  if (found) return found
  // WOFF 2 would be a fifth smaller, and takes three times as long.
  const cutting = { targetFormat: 'woff', keepFeatures: features, noHinting: true } as const
  const font = await subsetFont(await readFile(file), String.fromCodePoint(...codes), cutting)
  await mkdir(cacheDir, { recursive: true, mode: 0o700 })
  const part = `${place}.${process.pid}`
  await writeFile(part, font, { mode: 0o600 })
  await rename(part, place)
  return font
}

/** A few nights' worth. Whoever misses a cut makes it again. */
const kept = 64

async function prune(cacheDir: string): Promise<void> {
  const names = await readdir(cacheDir).catch(() => [])
  if (names.length <= kept) return
  const times = names.map(async (name) => ({
    name,
    made: (await stat(join(cacheDir, name)).catch(() => null))?.mtimeMs ?? 0,
  }))
  const oldestFirst = (await Promise.all(times)).sort((a, b) => a.made - b.made)
  for (const { name } of oldestFirst.slice(0, names.length - kept))
    await rm(join(cacheDir, name), { force: true })
}

/** `U+41-5a,U+4e00`, from sorted code points. */
function ranges(codes: number[]): string {
  const runs: [number, number][] = []
  for (const code of codes) {
    const last = runs.at(-1)
    if (last && code === last[1] + 1) last[1] = code
    else runs.push([code, code])
  }
  const hex = (code: number) => code.toString(16)
  return runs.map(([from, to]) => (from === to ? `U+${hex(from)}` : `U+${hex(from)}-${hex(to)}`)).join(',')
}

function remember<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>()
  return (key) => {
    const found = made.get(key)
    if (found !== undefined) return found
    const value = make(key)
    made.set(key, value)
    return value
  }
}

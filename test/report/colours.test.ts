import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { baseDir } from '../../pipelines/project.ts'
import { colours, heat, onHeat } from '../../pipelines/report/chart/theme.ts'

const sheet = await readFile(join(baseDir, 'templates/style.css'), 'utf8')

/** The tokens of `:root` from a place of the style sheet on. */
function tokensFrom(start: string): Map<string, string> {
  const at = sheet.indexOf(':root', sheet.indexOf(start))
  const block = sheet.slice(at, sheet.indexOf('}', at))
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]),
  )
}

const light = tokensFrom(':root')
const schemes = { light, dark: new Map([...light, ...tokensFrom('prefers-color-scheme: dark')]) }

/** Parts of the light that a colour gives off, from 0 to 1 (sRGB, IEC 61966-2-1). */
const linear = (hex: string): number[] =>
  [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })

/** Contrast of two colours as WCAG 2 defines it. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [one, other]
    .map((hex) => {
      const [r = 0, g = 0, b = 0] = linear(hex)
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    })
    .toSorted((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

/** Text and what it stands on. */
const pairs: [text: string, ground: string][] = [
  ...['ink', 'muted', 'primary', 'good-text', 'bad-text'].map((text): [string, string] => [text, 'surface']),
  ...['ink', 'muted'].map((text): [string, string] => [text, 'ground']),
  // Numbers of a table stand on the bar of their size.
  ...['ink', 'good-text', 'bad-text'].map((text): [string, string] => [text, 'heat-1']),
  ...heat.map((ground, step): [string, string] => [onHeat(step), ground]),
]

for (const [name, tokens] of Object.entries(schemes)) {
  const value = (token: string) => tokens.get(token) ?? ''
  test(`${name}: every text stands out from what it stands on, 4.5 to 1 and more`, () => {
    const weak = pairs
      .map(([text, ground]) => [text, ground, contrast(value(text), value(ground))] as const)
      .filter(([, , found]) => !(found >= 4.5))
    expect(weak).toEqual([])
  })

  test(`${name}: marks stand out from the page, 3 to 1, but for those that only compare`, () => {
    const weak = ['primary', 'good', 'bad'].filter((token) => contrast(value(token), value('surface')) < 3)
    expect(weak).toEqual([])
  })

  test(`${name}: who sees no red, no green or no blue can tell apart what stands side by side`, () => {
    const near = Object.entries(blindness).flatMap(([kind, matrix]) =>
      together
        .map(([a, b]) => [kind, a, b, distance(seen(value(a), matrix), seen(value(b), matrix))] as const)
        .filter(([, , , found]) => found < 10),
    )
    expect(near).toEqual([])
  })
}

test('a chart has the colours of the style sheet, each of them one that it can be told by', () => {
  expect(Object.keys(colours).filter((name) => !light.has(name))).toEqual([])
})

/** Pairs of meanings that meet in one chart. */
const together: [string, string][] = [
  ['primary', 'before'],
  ['good', 'bad'],
  ['good', 'before'],
  ['bad', 'before'],
  ['primary', 'bad'],
  ['primary', 'second'],
]

/** Colour vision without one kind of cone: Machado, Oliveira and Fernandes (2009), severity 1. */
const blindness = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

const seen = (hex: string, matrix: number[][]): number[] => {
  const parts = linear(hex)
  return matrix.map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        row.reduce((sum, share, i) => sum + share * (parts[i] ?? 0), 0),
      ),
    ),
  )
}

/** How far apart two lights are for the eye: CIE 1976, of which 2.3 can just be told apart. */
function distance(one: number[], other: number[]): number {
  const [a, b] = [lab(one), lab(other)]
  return Math.hypot(...a.map((part, i) => part - (b[i] ?? 0)))
}

function lab([r = 0, g = 0, b = 0]: number[]): number[] {
  const curve = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27) * (t / 116) + 16 / 116)
  const x = curve((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047)
  const y = curve(0.2126 * r + 0.7152 * g + 0.0722 * b)
  const z = curve((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

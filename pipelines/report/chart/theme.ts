/**
 * The colours of every chart, by meaning. Hues are those of Okabe and Ito, which colour-blind readers can tell apart;
 * good and bad also differ in lightness. A chart is drawn in these values and leaves with `var(--name)` in their
 * place, so that the style sheet decides (light, dark, print). Every value here must differ from every other.
 */
export const colours = {
  ink: '#1b2430',
  muted: '#5b6675',
  rule: '#d9dee5',
  faint: '#eef1f5',
  surface: '#fffffd',
  primary: '#0072b2',
  before: '#8e99a6',
  good: '#009e73',
  bad: '#d55e00',
  caution: '#e69f00',
  second: '#56b4e9',
  third: '#cc79a7',
  'on-dark': '#fffffe',
  'heat-0': '#f3f7fb',
  'heat-1': '#d6e6f2',
  'heat-2': '#aacfe6',
  'heat-3': '#74b1d6',
  'heat-4': '#3f8fc1',
  'heat-5': '#1a6ba3',
  'heat-6': '#0b4a78',
} as const

export type Colour = keyof typeof colours

/** The family that every page and chart is set in; its faces are cut and embedded by the pack. */
export const family = 'Pack'

/** CSS pixels of an A4 page's text width at 96 dpi: charts are drawn at print size and scaled on screen. */
export const widths = { full: 680, half: 330 } as const

/** 8 pt and more: a CSS pixel of the drawing is one of the paper. */
export const sizes = { label: 10.75, strong: 11 } as const

/** Steps of the heat scale, from nothing to most. */
export const heat: Colour[] = ['heat-0', 'heat-1', 'heat-2', 'heat-3', 'heat-4', 'heat-5', 'heat-6']

/**
 * The heat step of a value among others. Shades tell values apart: they run from nought, or from the least where all
 * lie far above it.
 */
export function shadesOf(values: number[]): (value: number) => number {
  const largest = Math.max(0, ...values)
  const least = Math.min(largest, ...values.filter((value) => value > 0))
  const from = least > largest / 4 ? least : 0
  const span = largest - from || 1
  return (value) =>
    value <= 0 ? 0 : Math.max(1, Math.min(6, 1 + Math.floor(((value - from) / span) * 5.999)))
}

/** What can be read on a heat step. */
export const onHeat = (step: number): Colour => (step >= 4 ? 'on-dark' : 'ink')

/** Which intervals of a model are made anew, and why. */
export interface ToldIntervals {
  /** `month` */
  interval: string
  anew: readonly { interval: string; why: string }[]
  kept: number
}

/** Intervals shown of many: the last ones, which is where most things happen. */
const shown = 3

/** `2 of 48 months made anew: 2026-08 (+1 row in core.orders), 2026-09 (as-of date)` */
export function toldIntervals({ interval, anew, kept }: ToldIntervals): string {
  const all = anew.length + kept
  const unit = all === 1 ? interval : `${interval}s`
  if (anew.length === 0) return `none of ${all} ${unit} made anew`
  const last = anew.slice(-shown).map((one) => `${one.interval} (${one.why})`)
  const more = anew.length - last.length
  const told = more > 0 ? [`${more} earlier`, ...last] : last
  return `${anew.length} of ${all} ${unit} made anew: ${told.join(', ')}`
}

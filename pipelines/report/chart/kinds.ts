import { bar } from './bar.ts'
import { calibration } from './calibration.ts'
import { column } from './column.ts'
import { concentration } from './concentration.ts'
import { distribution } from './distribution.ts'
import { heatmap } from './heatmap.ts'
import type { ChartInput, Plot } from './input.ts'
import { survival } from './survival.ts'
import { trend } from './trend.ts'
import { waterfall } from './waterfall.ts'

/** Every kind of chart, by the name that a page calls it. */
export const kinds: Record<string, (input: ChartInput) => Plot> = {
  bar,
  calibration,
  column,
  concentration,
  distribution,
  heatmap,
  survival,
  trend,
  waterfall,
}

import { bar } from './bar.ts'
import { calibration } from './calibration.ts'
import { cohort } from './cohort.ts'
import { column } from './column.ts'
import { concentration } from './concentration.ts'
import { distribution } from './distribution.ts'
import { forest } from './forest.ts'
import { gains } from './gains.ts'
import { heatmap } from './heatmap.ts'
import type { ChartInput, Plot } from './input.ts'
import { multiples } from './multiples.ts'
import { pareto } from './pareto.ts'
import { sankey } from './sankey.ts'
import { survival } from './survival.ts'
import { trend } from './trend.ts'
import { waterfall } from './waterfall.ts'

/** Every kind of chart, by the name that a page calls it. */
export const kinds: Record<string, (input: ChartInput) => Plot> = {
  bar,
  calibration,
  cohort,
  column,
  concentration,
  distribution,
  forest,
  gains,
  heatmap,
  multiples,
  pareto,
  sankey,
  survival,
  trend,
  waterfall,
}

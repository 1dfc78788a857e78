import { blocksSelect, keysSelect, pairsSelect, patternsSelect, randomSelect } from './block.ts'
import { clustersSelect } from './cluster.ts'
import { termsSelect } from './compare.ts'
import type { Linkage } from './declaration.ts'
import { type Part, textOf } from './text.ts'
import { comparisonsSelect, scoresSelect, thresholdsSelect, weightsSelect } from './weigh.ts'

/** A model that a declaration stands for: one SELECT, or the fit, which is TypeScript. */
export interface LinkageModel {
  /** `schema.table` */
  name: string
  description: string
  grain: string
  select?: string
}

const steps: [suffix: string, description: string, grain: string, select?: (linkage: Linkage) => Part][] = [
  ['terms', 'Records with every compared column in one form', 'one row a record', termsSelect],
  ['comparisons', 'What is compared, and the levels of each comparison', 'one row a comparison and level', comparisonsSelect],
  ['keys', 'What each blocking rule makes of a record', 'one row a rule and record', keysSelect],
  ['blocks', 'What each blocking rule brings, and what its guard against large blocks leaves out', 'one row a rule', blocksSelect],
  ['pairs', 'Pairs that blocking brings together, each once, and how alike they are', 'one row a pair', pairsSelect],
  ['patterns', 'Comparison patterns of the pairs that blocking brings together', 'one row a pattern', patternsSelect],
  ['random', 'Comparison patterns of pairs drawn at random', 'one row a pattern', randomSelect],
  ['fit', '', ''],
  ['scores', 'Pairs that may be one, with their weight', 'one row a pair', scoresSelect],
  ['thresholds', 'What each threshold would make right and wrong, as the weights expect it; the one chosen keeps the error stated', 'one row a threshold', thresholdsSelect],
  ['weights', 'Pairs looked at for joining, with the weight of every comparison', 'one row a pair', weightsSelect],
  ['clusters', 'Records joined into clusters', 'one row a record', clustersSelect],
]

/** The models of a linkage, each after those it reads. */
export const modelsOf = (linkage: Linkage): LinkageModel[] =>
  steps.map(([suffix, description, grain, select]) => ({
    name: `${linkage.name}_${suffix}`,
    description,
    grain,
    ...(select ? { select: textOf(select(linkage)) } : {}),
  }))

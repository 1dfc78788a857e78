import { stringify } from 'yaml'
import {
  blocksSelect,
  keysSelect,
  levelsSelect,
  patternsSelect,
  randomSelect,
  sharedSelect,
} from './block.ts'
import { clustersSelect } from './cluster.ts'
import { termsSelect } from './compare.ts'
import type { Linkage } from './declaration.ts'
import { evidenceSelect, missedSelect, reasonsSelect } from './explain.ts'
import { pairsSelect } from './pair.ts'
import { type Part, textOf } from './text.ts'
import { comparisonsSelect, nearSelect, scoresSelect, thresholdsSelect, weightsSelect } from './weigh.ts'

/** A model that a declaration stands for: one SELECT, or the fit, which is TypeScript and has a file of its own. */
export interface LinkageModel {
  /** `schema.table` */
  name: string
  select?: string
  /** What a model's head holds. */
  head: Record<string, unknown>
}

interface Step {
  suffix: string
  description: string
  grain: string
  kind?: 'view'
  select?: (linkage: Linkage) => Part
  columns?: (linkage: Linkage) => Record<string, object>
  tests?: object[]
}

const steps: Step[] = [
  {
    suffix: 'terms',
    description: 'Records with every compared column in one form, and how many records share its value',
    grain: 'one row a record',
    select: termsSelect,
    columns: termColumns,
  },
  {
    suffix: 'comparisons',
    description:
      'What is compared, the levels of each comparison, and how often each is expected of one person',
    grain: 'one row a comparison and level',
    select: comparisonsSelect,
  },
  {
    suffix: 'keys',
    description: 'What each blocking rule makes of a record: records with the same key are compared',
    grain: 'one row a rule and record',
    select: keysSelect,
  },
  {
    suffix: 'shared',
    description: 'Keys that more than one record has, and how many have them',
    grain: 'one row a key',
    select: sharedSelect,
  },
  {
    suffix: 'blocks',
    description: 'What each blocking rule brings, and what its guard against large blocks leaves out',
    grain: 'one row a rule',
    select: blocksSelect,
  },
  {
    suffix: 'pairs',
    description:
      'Pairs that blocking brings together and that are worth comparing, each once, with the first rule that speaks for it. Of many pairs that are not worth it a sample stands for the rest',
    grain: 'one row a pair',
    select: pairsSelect,
    tests: [{ unique: ['left_no', 'right_no'] }],
  },
  {
    suffix: 'levels',
    description: 'How alike the pairs are: the levels of all comparisons as one number, four bits each',
    grain: 'one row a pair',
    select: levelsSelect,
  },
  {
    suffix: 'patterns',
    description: 'Comparison patterns of the pairs that blocking brings together',
    grain: 'one row a pattern',
    select: patternsSelect,
    tests: [{ unique: ['pattern'] }],
  },
  {
    suffix: 'random',
    description: 'Comparison patterns of pairs drawn at random: what agrees by chance',
    grain: 'one row a pattern',
    select: randomSelect,
    tests: [{ unique: ['pattern'] }],
  },
  { suffix: 'fit', description: '', grain: '' },
  {
    suffix: 'scores',
    description: 'Pairs that may be one, with the weight of all comparisons together',
    grain: 'one row a pair',
    select: scoresSelect,
  },
  {
    suffix: 'thresholds',
    description:
      'What each threshold would make right and wrong, as the weights expect it; the lowest that keeps the error stated is chosen',
    grain: 'one row a threshold',
    select: thresholdsSelect,
    tests: [{ unique: ['threshold'] }],
  },
  {
    suffix: 'near',
    description:
      'Pairs to look at again: those that may be one, those both close to a third record, those decided by hand or given before',
    grain: 'one row a pair',
    select: nearSelect,
  },
  {
    suffix: 'weights',
    description: 'Pairs looked at again, with the weight of every comparison; decisions made by hand',
    grain: 'one row a pair',
    select: weightsSelect,
    tests: [{ unique: ['left_no', 'right_no'] }],
  },
  {
    suffix: 'clusters',
    description: 'Records joined into clusters, and the round that joined them last',
    grain: 'one row a record',
    select: clustersSelect,
    tests: [{ unique: ['record_id'] }],
  },
  {
    suffix: 'reasons',
    description:
      'Why two records are, or are not, one: what each comparison adds to the weight, given those before it',
    grain: 'one row a pair and comparison',
    kind: 'view',
    select: reasonsSelect,
  },
  {
    suffix: 'evidence',
    description: 'What each threshold does to the pairs decided by hand, those that blocking misses counted',
    grain: 'one row a threshold; none where nothing is decided',
    select: evidenceSelect,
    tests: [{ unique: ['threshold'] }],
  },
  {
    suffix: 'missed',
    description: 'Pairs of one that no blocking rule brings, estimated from those that one rule alone brings',
    grain: 'one row',
    select: missedSelect,
  },
]

/** The models of a linkage, each after those it reads. */
export const modelsOf = (linkage: Linkage): LinkageModel[] =>
  steps.map(({ suffix, description, grain, kind, select, columns, tests }) => ({
    name: `${linkage.name}_${suffix}`,
    head: {
      description: `${description}. ${linkage.description}`,
      grain,
      ...(kind ? { kind } : {}),
      ...(columns ? { columns: columns(linkage) } : {}),
      ...(tests ? { tests } : {}),
    },
    ...(select ? { select: textOf(select(linkage)) } : {}),
  }))

/** The file that an analyst would have written: a head and one SELECT. */
export const fileOf = ({ head, select }: LinkageModel): string =>
  `/*\n${stringify(head, { lineWidth: 110 }).replaceAll('*/', '* /')}*/\n${select ?? ''}`

function termColumns({ comparisons }: Linkage): Record<string, object> {
  const named = (suffix: string, description: string, pii?: string) =>
    comparisons.map(({ name }) => [
      `${name}${suffix}`,
      { description: `${name}${description}`, ...(pii ? { pii } : {}) },
    ])
  const direct = { pii: 'direct' }
  return {
    record_no: { description: 'Number within this table', tests: ['unique', 'not_null'] },
    record_id: { description: 'Record', tests: ['unique', 'not_null'] },
    source: { description: 'System that holds the record' },
    ...Object.fromEntries(named('', ', in one form', 'direct')),
    ...Object.fromEntries(
      comparisons
        .filter(({ sound }) => sound)
        .map(({ name }) => [`${name}_sound`, { description: `${name}, as it sounds`, ...direct }]),
    ),
    ...Object.fromEntries(
      comparisons
        .filter(({ kind }) => kind === 'date')
        .map(({ name }) => [`${name}_day`, { description: `${name}, as a number of days`, ...direct }]),
    ),
    ...Object.fromEntries(named('_records', ': records that share it (2: two at most)')),
  }
}

import type { Table } from 'apache-arrow'
import {
  type Comparison,
  fitLinkage,
  type LinkageFit,
  type PairPatterns,
  type Role,
} from './fellegi-sunter.ts'

const classLabels = [
  'same person, same home',
  'same person, elsewhere',
  'other person, same home',
  'other person, elsewhere',
]

/**
 * What the model `<name>_fit` is defined by: it reads the counted patterns of a linkage and estimates what each level
 * weighs.
 * @param name schema and prefix of the linkage, as `identity.person`
 */
export const linkageFit = (name: string) => ({
  description: `What every level of every comparison weighs, estimated from counted patterns without labels (${name})`,
  grain: 'one row a comparison and level; the comparison `pair` holds the four classes of pairs',
  columns: {
    comparison: { type: 'VARCHAR', description: 'Comparison; pair for the classes of pairs' },
    level: { type: 'INTEGER', description: 'Level, from 0 (differs) up' },
    label: { type: 'VARCHAR', description: 'What the level means' },
    is_exact: { type: 'BOOLEAN', description: 'Both values are the same' },
    same: {
      type: 'DOUBLE',
      description:
        'Share between records of one person (one home for a home comparison); of a class: its share of all pairs',
    },
    home: { type: 'DOUBLE', description: 'Share between different people of one home' },
    other: { type: 'DOUBLE', description: 'Share between people who have nothing to do with each other' },
    weight: { type: 'DOUBLE', description: 'log2(same / other); of a class: log2 of its share' },
    home_weight: { type: 'DOUBLE', description: 'log2(home / other)' },
    matches: { type: 'DOUBLE', description: 'Pairs expected to be one person' },
    iterations: { type: 'INTEGER', description: 'Steps of expectation-maximisation' },
    converged: { type: 'BOOLEAN', description: 'The estimates had come to rest' },
    basis: {
      type: 'VARCHAR',
      description: 'learned from the data, or assumed where there are too few duplicates to learn from',
    },
  },
  inputs: {
    comparisons: `select * from ${name}_comparisons order by position, level`,
    candidates: `select * from ${name}_patterns order by all`,
    random: `select * from ${name}_random order by all`,
    records: `select count(*) as records from ${name}_terms`,
  },
  run: ({ inputs }: { inputs: Record<'comparisons' | 'candidates' | 'random' | 'records', Table> }) => {
    const declared = declaredIn(inputs.comparisons)
    const fit = fitLinkage({
      comparisons: declared,
      candidates: patternsOf(inputs.candidates, declared),
      random: patternsOf(inputs.random, declared),
      records: Number(inputs.records.getChild('records')?.get(0) ?? 0),
    })
    return rowsOf(declared, fit)
  },
})

interface Declared extends Comparison {
  labels: string[]
  exact: number
}

function declaredIn(table: Table): Declared[] {
  const found = new Map<string, Omit<Declared, 'expected'> & { expected: number[] }>()
  for (const row of table) {
    const { comparison: name, role, level, label, is_exact: isExact, expected } = row.toJSON()
    const one = found.get(name) ?? {
      name,
      role: role as Role,
      expected: [] as number[],
      labels: [] as string[],
      exact: -1,
    }
    one.expected.push(expected)
    one.labels.push(label)
    if (isExact) one.exact = level
    found.set(name, one)
  }
  return [...found.values()]
}

function patternsOf(table: Table, comparisons: readonly Comparison[]): PairPatterns {
  const levels = comparisons.map(({ name }) =>
    Int8Array.from(table.getChild(name) ?? [], (level: number | null) => level ?? -1),
  )
  return { levels, n: Float64Array.from(table.getChild('pairs') ?? []) }
}

const bits = (ratio: number) => Math.round(Math.log2(Math.max(ratio, 2 ** -200)) * 1e4) / 1e4

function rowsOf(declared: Declared[], fit: LinkageFit) {
  const classes = fit.shares.map((share, level) => ({
    comparison: 'pair',
    level,
    label: classLabels[level] as string,
    is_exact: false,
    same: share,
    home: null,
    other: null,
    weight: bits(share),
    home_weight: null,
  }))
  const levels = declared.flatMap(({ name, labels, exact }, c) =>
    labels.map((label, level) => {
      const [same, home, other] = [fit.same, fit.home, fit.other].map((all) => all[c]?.[level] ?? 0) as [
        number,
        number,
        number,
      ]
      const weights = { weight: bits(same / other), home_weight: bits(home / other) }
      return { comparison: name, level, label, is_exact: level === exact, same, home, other, ...weights }
    }),
  )
  const rows = [...classes, ...levels]
  const column = <K extends keyof (typeof rows)[number]>(key: K) => rows.map((row) => row[key])
  const all = <T>(value: T) => rows.map(() => value)
  return {
    comparison: column('comparison'),
    level: Int32Array.from(column('level')),
    label: column('label'),
    is_exact: column('is_exact'),
    same: column('same'),
    home: column('home'),
    other: column('other'),
    weight: column('weight'),
    home_weight: column('home_weight'),
    matches: all(fit.matches),
    iterations: Int32Array.from(all(fit.iterations)),
    converged: all(fit.converged),
    basis: all(fit.basis as string),
  }
}

import { z } from 'zod'
import type { Role } from '../fit/fellegi-sunter.ts'
import { type KindName, kinds, swapped } from './kinds.ts'

const word = z.string().regex(/^[a-z][a-z0-9_]*$/, 'use lower-case letters, digits and underscores')
const table = z.string().regex(/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/, 'write schema.table')
const kind = z.enum(Object.keys(kinds) as [KindName, ...KindName[]])

/** What a block is made of: the value of a comparison, or a stretch of it, as `given_name[1:3]`. */
const atom = z
  .string()
  .regex(/^[a-z][a-z0-9_]*(\[\d+:\d+\])?$/, 'write a comparison, or a stretch of it as name[1:3]')

interface DeclaredComparison {
  kind: KindName
  columns?: string[] | undefined
  sound?: string | undefined
  role?: Role | undefined
}

const comparison = z.union([
  kind.transform((value): DeclaredComparison => ({ kind: value })),
  z.strictObject({
    kind,
    /** Columns of the records, written one after the other; by default the one of the comparison's name. */
    columns: z.array(word).min(1).optional(),
    /** Column that says how the value sounds, in Latin letters: for values in different scripts. */
    sound: word.optional(),
    role: z.enum(['personal', 'home', 'mixed']).optional(),
  }),
])

/** The shape of a `*.linkage.yaml`: which records to bring together, by what, and how sure to be. */
export const linkageShape = z
  .strictObject({
    description: z.string().min(1),
    /** Table of records: `record_id`, `source`, and the columns compared. */
    records: table,
    comparisons: z
      .record(word, comparison)
      .refine((all) => Object.keys(all).length > 0, 'compare something')
      .refine((all) => Object.keys(all).length <= 15, 'fifteen comparisons at most'),
    /** Two records are compared when they agree on all parts of one of these; by default every column and every two. */
    blocks: z.array(z.array(atom).min(1)).min(1).optional(),
    /** Pairs that one blocking rule may bring, for each record: the smallest blocks come first. */
    pairs_per_record: z.number().positive().default(20),
    largest_block: z.number().int().min(2).default(500),
    /** Share of links made that may be wrong. */
    error: z.number().gt(0).lt(0.5).default(0.02),
    /** Sources that hold nobody twice. */
    unique_sources: z.array(z.string()).default([]),
    /** Table of decisions by hand: `left_id`, `right_id`, `decision` (same, different). */
    decisions: table.optional(),
    /** Table of clusters that stood before, of records that have not changed since: `record_id`, `given`. */
    given: table.optional(),
    /** Evidence (bits) by which a pair must now speak against what was given before it is undone or done. */
    steady: z.number().min(0).default(4),
  })
  .superRefine((value, context) => {
    for (const [i, parts] of (value.blocks ?? []).entries()) {
      for (const part of parts) {
        const name = part.replace(/\[.*/, '')
        const heard = value.comparisons[name.replace(/_sound$/, '')]?.sound !== undefined
        if (!(name in value.comparisons) && !heard)
          context.addIssue({
            code: 'custom',
            message: `no comparison is called ${name}`,
            path: ['blocks', i],
          })
      }
    }
    for (const name of Object.keys(value.comparisons)) {
      if (taken.has(name))
        context.addIssue({
          code: 'custom',
          message: `${name} is a column of the models' own`,
          path: ['comparisons', name],
        })
    }
  })

/** Names that the models use themselves. */
const taken = new Set([
  'record_no',
  'record_id',
  'source',
  'left_no',
  'right_no',
  'rule',
  'pair',
  'pattern',
  'weight',
  'pairs',
  'swapped',
  'decision',
  'barred',
  'held',
])

export type LinkageInput = z.input<typeof linkageShape>

export interface LinkageComparison {
  name: string
  columns: string[]
  sound?: string
  kind: KindName
  role: Role
  levels: readonly string[]
  exact: number
  expected: readonly number[]
}

export interface Linkage extends Omit<z.output<typeof linkageShape>, 'comparisons' | 'blocks'> {
  /** `schema.prefix` of its models, as identity.person. */
  name: string
  comparisons: LinkageComparison[]
  /** Given and family name, where both are compared: they may stand in each other's place. */
  names?: { given: string; family: string }
  blocks: string[][]
}

/** Fills a checked declaration out: levels, roles, blocks. */
export function linkageOf(name: string, given: z.output<typeof linkageShape>): Linkage {
  const entries = Object.entries(given.comparisons)
  const named = (kind: KindName) => entries.find(([, one]) => one.kind === kind)?.[0]
  const [givenName, familyName] = [named('given_name'), named('family_name')]
  const names = givenName && familyName ? { given: givenName, family: familyName } : undefined
  const comparisons = entries.map(([column, one]) => {
    const { levels, expected, exact, role } = kinds[one.kind]
    const both = names?.given === column
    return {
      name: column,
      columns: [column],
      role,
      ...definedOf(one),
      levels: both ? [...levels, ...swapped.levels] : levels,
      expected: both ? [...expected.map((share) => share * 0.97), ...swapped.expected] : expected,
      exact,
    }
  })
  const blocks = given.blocks ?? everyTwo(comparisons.map(({ name }) => name))
  return { ...given, name, comparisons, blocks, ...(names ? { names } : {}) }
}

const definedOf = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T

const everyTwo = (names: string[]): string[][] => [
  ...names.map((name) => [name]),
  ...names.flatMap((one, i) => names.slice(i + 1).map((other) => [one, other])),
]

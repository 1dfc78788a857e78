import { z } from 'zod'
import { type CheckedYaml, checkYaml } from '../checked-yaml.ts'

const severity = z.enum(['error', 'warn']).default('error')
const wholeNumber = z.number().int('write a whole number').min(0, 'write 0 or more')
const bound = z.union([z.number(), z.string()])
interface Bounds {
  min?: number | string | undefined
  max?: number | string | undefined
}
const hasBound = ({ min, max }: Bounds) => min !== undefined || max !== undefined
const isDay = (bound: unknown): bound is string => typeof bound === 'string' && /^\d{4}-\d\d-\d\d/.test(bound)
/** Two numbers or two days; how other texts compare depends on the column. */
const isUpright = ({ min, max }: Bounds) => {
  if (typeof min === 'number' && typeof max === 'number') return min <= max
  return !isDay(min) || !isDay(max) || min <= max
}
const range = z
  .strictObject({ min: bound.optional(), max: bound.optional() })
  .refine(hasBound, 'give min, max or both')
  .refine(isUpright, 'min is above max: no value is within')
const rowCount = z
  .strictObject({ min: wholeNumber.optional(), max: wholeNumber.optional() })
  .refine(hasBound, 'give min, max or both')
  .refine(isUpright, 'min is above max: no number of rows is within')
const share = z.number().min(0, 'write a share, 0 or more').max(1, 'write a share: 0.05 is five in a hundred')
const change = z
  .strictObject({
    max_drop: share.optional(),
    max_rise: z.number().min(0, 'write a share, 0 or more').optional(),
  })
  .refine(
    ({ max_drop, max_rise }) => max_drop !== undefined || max_rise !== undefined,
    'give max_drop, max_rise or both',
  )
const freshness = z.strictObject({ column: z.string().min(1), days: wholeNumber })
const columnName = z.string().regex(/^\w+\.\w+\.\w+$/, 'write schema.table.column')
const settings = ['severity', 'name']

/** `unique` stands for `{unique: true}`. Exactly one test in an item. */
const item = <S extends z.ZodRawShape>(shape: S) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? { [value]: true } : value),
    z
      .strictObject({ ...shape, severity, name: z.string().min(1).optional() })
      .superRefine((value, context) => {
        const tests = Object.keys(value).filter((key) => !settings.includes(key))
        if (tests.length === 1) return
        const message = `an item of the list is one test; this has ${tests.length || 'none'}`
        context.addIssue({ code: 'custom', message })
      }),
  )

const columnTest = item({
  unique: z.literal(true).optional(),
  not_null: z.literal(true).optional(),
  accepted_values: z
    .array(z.union([z.string(), z.number(), z.boolean()]))
    .min(1, 'list one value or more')
    .optional(),
  relationships: columnName.optional(),
  range: range.optional(),
})

const tableTest = item({
  unique: z.array(z.string()).min(1).optional(),
  expression: z.string().min(1).optional(),
  row_count: rowCount.optional(),
  /** The newest day of a column is at most so many days before the as-of date. */
  freshness: freshness.optional(),
  /** Rows against the last published version: 0.05 is five in a hundred. */
  change: change.optional(),
})

const column = z
  .strictObject({
    description: z.string().optional(),
    type: z.string().min(1).optional(),
    pii: z.enum(['direct', 'indirect']).optional(),
    tests: z.array(columnTest).default([]),
  })
  .nullable()
  .transform((value) => value ?? { tests: [] })

/** How long the intervals are that an incremental model is made in. */
export const intervals = ['day', 'week', 'month', 'quarter', 'year'] as const

const keyColumns = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.string().min(1)).min(1, 'name at least one column'),
)

/** What makes a table that is renewed interval by interval; see docs/models.md. */
const incremental = z.strictObject({
  /** The column of the model that says which interval a row belongs to. */
  time: z.string().min(1),
  interval: z.enum(intervals),
  /** No two rows share it. */
  key: keyColumns,
  /** By input, the column that says which interval its rows belong to. What is not named is read whole. */
  inputs: z
    .record(z.string(), z.string().min(1))
    .refine((inputs) => Object.keys(inputs).length > 0, 'name at least one input and its time column'),
  /** Rows of an interval depend on rows of the inputs in so many intervals before it, too. */
  lookback: z.number().int().min(0).max(1000).default(0),
})

/** What a model says of itself. */
export const modelHead = z.strictObject({
  description: z.string().optional(),
  grain: z.union([z.string(), z.array(z.string()).transform((names) => names.join(', '))]).optional(),
  kind: z.enum(['table', 'view', 'incremental']).default('table'),
  incremental: incremental.optional(),
  owner: z.string().optional(),
  tags: z.array(z.string()).default([]),
  columns: z.record(z.string(), column).default({}),
  tests: z.array(tableTest).default([]),
})

/** What a test of `sql/tests/` says of itself. */
export const testHead = z.strictObject({
  description: z.string().optional(),
  severity,
  owner: z.string().optional(),
  tags: z.array(z.string()).default([]),
})

export type ModelHead = z.output<typeof modelHead>
export type Kind = ModelHead['kind']
export type Incremental = NonNullable<ModelHead['incremental']>
export type Interval = Incremental['interval']
export type ColumnHead = NonNullable<ModelHead['columns'][string]>
export type ColumnTest = z.output<typeof columnTest>
export type TableTest = z.output<typeof tableTest>
export type Severity = z.output<typeof severity>
export type TestHead = z.output<typeof testHead>

/** What stands in the database for a model of a kind. */
export const objectOf = (kind: Kind): 'table' | 'view' => (kind === 'view' ? 'view' : 'table')

export interface HeadedText {
  file: string
  text: string
}

export interface ReadHead<T> extends CheckedYaml<T> {
  /** Where the head ends and the SQL begins. */
  bodyStart: number
}

/** Reads the YAML in the block comment at the top of a file; a file without one has an empty head. */
export function readHead<S extends z.ZodType>(schema: S, { file, text }: HeadedText): ReadHead<z.output<S>> {
  const lead = /^\s*/.exec(text)?.[0].length ?? 0
  if (!text.startsWith('/*', lead)) {
    return { ...checkYaml(schema, { file, text, start: 0, end: 0 }), bodyStart: 0 }
  }
  const close = text.indexOf('*/', lead)
  // Not closed: the parser says so.
  if (close < 0) return { ...checkYaml(schema, { file, text, start: 0, end: 0 }), bodyStart: 0 }
  return { ...checkYaml(schema, { file, text, start: lead + 2, end: close }), bodyStart: close + 2 }
}

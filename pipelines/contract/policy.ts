import { z } from 'zod'

/** What to do when a source cannot be relied on tonight. */
const choice = z.enum(['stop', 'keep_yesterday'])

const severity = z.enum(['warn', 'error']).default('warn')

/** Keys of a source that say what happens when something is wrong with it. */
export const sourcePolicy = {
  /** A load has more bad rows than its reject limit, or drifts further than it may. */
  past_limit: choice.default('stop'),
  /** The source is not there, cannot be read, or does not fit its contract. */
  when_missing: choice.default('stop'),
}

const interval = { daily: 1, weekly: 7, monthly: 31 } as const

const expected = z
  .union([
    z.enum(Object.keys(interval) as [keyof typeof interval]),
    z.strictObject({ days: z.number().int().positive(), severity }),
  ])
  .transform((value) =>
    typeof value === 'string' ? { days: interval[value], severity: 'warn' as const } : value,
  )

const drift = z.strictObject({
  /** How many earlier days with a load stand for what is usual: the median of them. */
  loads: z.number().int().min(1).max(60).default(1),
  /** Share by which the number of rows may differ from that of the loads before. */
  rows: z.number().positive().optional(),
  /** Share of nulls of a column: the difference that it may show. */
  nulls: z.number().positive().max(1).optional(),
  /** Population stability index of a column against the loads before. */
  psi: z.number().positive().optional(),
  severity,
  /** Loads that were looked at and are as they should be. */
  accept: z.array(z.string()).default([]),
})

const totals = {
  /** The field that holds the number of rows. */
  rows: z.string().min(1).optional(),
  /** By column of the contract: the field that holds its sum. */
  sums: z.record(z.string(), z.string().min(1)).default({}),
}

const companion = z.strictObject({
  /** The companion file; `{file}` stands for the delivered file's name, `{stem}` for it without its ending. */
  file: z.string().min(1),
  ...totals,
})

const queried = z.strictObject({
  /** SQL for the source that gives one row; it is asked in the snapshot that the table is read from. */
  query: z.string().min(1),
  ...totals,
})

/** Keys of a table that say what is expected of its deliveries, and how long its history is kept. */
export const tablePolicy = {
  history_days: z.number().int().positive().optional(),
  expected: expected.optional(),
  drift: drift.optional(),
}

export const filesPolicy = { control: companion.optional() }
export const databasePolicy = { control: queried.optional() }

export interface Policy {
  /** Days of history kept when loads are put together; undefined: as the project says. */
  historyDays: number | undefined
  expected: z.output<typeof expected> | undefined
  drift: z.output<typeof drift> | undefined
  control: Control | undefined
}

/** Totals that a sender supplies: in a file beside its own, or by a query. */
export type Control = z.output<typeof companion> | z.output<typeof queried>

type Shape = z.output<z.ZodObject<typeof tablePolicy>> & { control?: Control | undefined }

export const policyOf = ({ history_days, expected, drift, control }: Shape): Policy => ({
  historyDays: history_days,
  expected,
  drift,
  control,
})

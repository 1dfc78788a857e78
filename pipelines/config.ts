import { z } from 'zod'
import { type Fault, throwFaults } from './error.ts'

const isoDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'write a date as YYYY-MM-DD')

const timeZone = z.string().refine((zone) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  } catch {
    return false
  }
}, 'not an IANA time zone, such as Europe/London')

/** The parameters every model may read with `param('name')`, and what they are when a project is silent. */
const params = z
  .strictObject({
    /** A customer is lapsed when silent for longer than this quantile of the base's gaps between purchases. */
    lapse_quantile: z.number().gt(0).lt(1).default(0.9),
    at_risk_quantile: z.number().gt(0).lt(1).default(0.75),
    /** Days of history that recency-frequency-monetary looks at. */
    rfm_window_days: z.number().int().positive().default(730),
    /** Days back to the state that segments are compared with. */
    migration_days: z.number().int().positive().default(91),
    /** Yearly rate at which future money is discounted. */
    discount_rate: z.number().min(0).lt(1).default(0.12),
    /** Months that a predicted lifetime value covers. */
    horizon_months: z.number().int().min(1).max(120).default(36),
    /** Days held out to judge the purchase models. */
    holdout_days: z.number().int().positive().default(182),
    /** A kind of customer with fewer repeat buyers gets no purchase model and no threshold of its own. */
    min_repeat_buyers: z.number().int().positive().default(100),
    /** Share of sales left after cost of goods, used only where a product's cost is not known. */
    default_margin: z.number().min(-1).max(1).default(0.4),
    /** MGC: a customer whose value lies at least this far below the peers' 75th percentile (reporting currency). */
    mgc_threshold: z.number().min(0).default(100),
    /** The quantile of their peers' value that MGC are measured against, and the one that MVC lie above. */
    mgc_quantile: z.number().gt(0).lt(1).default(0.75),
    mvc_quantile: z.number().gt(0).lt(1).default(0.9),
    /** Days after a contact within which a purchase counts as a response to it. */
    response_days: z.number().int().positive().default(28),
    /** A customer who is sent more pieces than this in 90 days is over-contacted. */
    contact_limit: z.number().int().positive().default(4),
    /** So is one who is sent this many in 365 days and neither answers nor buys. */
    silent_contacts: z.number().int().positive().default(8),
    new_customer_days: z.number().int().positive().default(90),
    /** Days after an event in a customer's life within which a purchase counts as following it. */
    trigger_days: z.number().int().positive().default(60),
    /** Days of orders that basket rules are looked for in; the least share and number of orders, and confidence, of a rule. */
    basket_days: z.number().int().positive().default(365),
    basket_support: z.number().gt(0).lt(1).default(0.001),
    basket_min_count: z.number().int().positive().default(10),
    basket_confidence: z.number().gt(0).max(1).default(0.05),
    /** Items of a rule at most. */
    basket_items: z.number().int().min(2).max(10).default(3),
    /** Members of a group at least, for the group to be judged: customers of a start, orders of a store or a member of staff. */
    min_group: z.number().int().min(2).default(30),
    /** Days in which a case should be closed; past them it is late. */
    case_days: z.number().int().positive().default(7),
    /** Seed of the draw between lists that hold the same name. */
    multi_buyer_seed: z.number().int().min(0).default(1),
  })
  .prefault({})

const shape = z.strictObject({
  /** Short name, as printed by commands: letters, digits and dashes. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'use lower-case letters, digits and dashes'),
  /** The firm, as printed on the pack; one text, or one per locale. */
  title: z.union([z.string().min(1), z.record(z.string(), z.string().min(1))]),
  timeZone,
  reportingCurrency: z.string().regex(/^[A-Z]{3}$/, 'use an ISO 4217 code, such as GBP'),
  locales: z
    .array(z.enum(['en', 'zh-CN']))
    .min(1)
    .default(['en', 'zh-CN']),
  /** The last day counted. Without it: yesterday in the project's time zone. */
  asOf: isoDate.optional(),
  params,
  /** Which of several bought or rented lists keeps a person they all hold; see sql/lists/draws.sql. */
  multiBuyers: z.enum(['priority', 'random', 'proportion']).default('priority'),
  /** Path of the browser that prints PDF; without it one is looked for on the machine, then in the packages. */
  browser: z.string().optional(),
  /** Makes the inputs where a project can make its own (a demonstration). Runs before extract; must be idempotent. */
  prepare: z.custom<Prepare>((value) => typeof value === 'function', 'expected a function').optional(),
  /** Published versions kept for rollback and comparison, the current one among them. */
  versionsKept: z.number().int().min(2).default(7),
  /** Of the engine; without it what CLIENTELE_THREADS says, or one for each core. */
  threads: z.number().int().positive().optional(),
  landing: z
    .strictObject({
      /** Loads of a table that may stand in folders of their own; past that the night puts them together. */
      loads: z.number().int().min(2).default(90),
      /** Days of history kept; without it, all. A contract may say otherwise (`history_days`). */
      historyDays: z.number().int().positive().optional(),
    })
    .prefault({}),
})

export type Prepare = (to: { dir: string; report: (text: string) => void }) => Promise<void>
export type Config = z.output<typeof shape>
export type ConfigInput = z.input<typeof shape>

/** Types a `clientele.config.ts`; checking happens when the project is opened. */
export const defineConfig = (config: ConfigInput): ConfigInput => config

/** Checks a configuration and lays the defaults under it. Throws every fault at once, exit code 2. */
export function readConfig(value: unknown, file: string): Config {
  const result = shape.safeParse(value)
  if (result.success) return result.data
  const faults: Fault[] = result.error.issues.map((issue) => ({
    what: `${issue.path.join('.') || 'the configuration'}: ${issue.message}`,
    where: { file },
  }))
  throwFaults(faults, 2)
  throw new Error('unreachable')
}

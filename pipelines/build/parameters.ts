import { sql } from 'kysely'
import { composer, type Db } from '../duckdb.ts'
import type { Project } from '../project.ts'

/** Everything besides landing and code that a model may depend on. */
export interface Parameters {
  /** YYYY-MM-DD */
  asOf: string
  /** Read with `param('name')`. */
  numbers: Readonly<Record<string, number>>
  /** Read with `text_param('name')`. */
  texts: Readonly<Record<string, string>>
}

/** The names of `text_param`. */
export const textNames = ['reporting_currency', 'time_zone', 'project', 'multi_buyers'] as const

/** Macros that the runner defines. */
export const runnerMacros: readonly string[] = ['as_of', 'param', 'text_param']

export function parametersOf({ config }: Project, asOf: string): Parameters {
  const texts: Record<(typeof textNames)[number], string> = {
    reporting_currency: config.reportingCurrency,
    time_zone: config.timeZone,
    project: config.name,
    multi_buyers: config.multiBuyers,
  }
  return { asOf, numbers: config.params, texts }
}

/**
 * Writes the values into the macros themselves. They are constants to the optimizer (a filter on `as_of()` is a
 * filter on a date), and whoever opens the warehouse has them without setting anything. There is no ELSE that
 * raises an error: it would make the call volatile, and `quantile_cont(x, param('…'))` needs a constant.
 */
export async function defineParameters(db: Db, { asOf, numbers, texts }: Parameters): Promise<void> {
  const cases = (values: Readonly<Record<string, number | string>>, type: 'double' | 'varchar') =>
    sql.join(
      Object.entries(values).map(
        ([name, value]) => sql`when ${sql.lit(name)} then cast(${sql.lit(value)} as ${sql.raw(type)})`,
      ),
      sql` `,
    )
  await db.run(sql`create or replace macro as_of() as cast(${sql.lit(asOf)} as date)`)
  await db.run(sql`create or replace macro param(name) as case name ${cases(numbers, 'double')} end`)
  await db.run(sql`create or replace macro text_param(name) as case name ${cases(texts, 'varchar')} end`)
  const rows = [
    ...Object.entries(numbers).map(([name, value]) => ({ name, value_number: value, value_text: null })),
    ...Object.entries({ ...texts, as_of: asOf }).map(([name, value]) => ({
      name,
      value_number: null,
      value_text: value,
    })),
  ]
  await db.transaction(async () => {
    await db.run(sql`delete from ops.parameters`)
    await db.run(composer.insertInto('ops.parameters').values(rows))
  })
}

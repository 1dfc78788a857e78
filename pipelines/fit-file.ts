import { existsSync } from 'node:fs'
import { sql } from 'kysely'
import { type Db, openDatabase } from './duckdb.ts'
import { usageError } from './error.ts'
import { candidates, stagesOf } from './fit/candidates.ts'
import { fitGammaGamma } from './fit/gamma-gamma.ts'
import { type Held, type Judgement, judgeModel, judgeNaive } from './fit/judge.ts'
import { boundaries, type Fit, type Patterns } from './fit/model.ts'
import { printTable } from './print.ts'

/** Columns that are read, under the names that papers and packages give them. */
const names = {
  x: ['x', 'frequency'],
  t_x: ['t_x', 't.x', 'tx', 'recency'],
  T: ['t', 't.cal', 't_cal', 'age'],
  n: ['n', 'customers'],
  m: ['m', 'monetary_value', 'mean_purchase', 'zbar', 'm_x'],
  log_gaps: ['log_gaps', 'litt'],
  later: ['later', 'x.star', 'x_star', 'frequency_holdout'],
  ahead: ['ahead', 't.star', 't_star', 'duration_holdout'],
} as const
type Name = keyof typeof names

export interface FittedFile {
  file: string
  customers: number
  fits: Fit[]
  spend: Fit | null
  /** By model and naive rule; null without a holdout. */
  holdout: Record<string, Judgement> | null
}

/**
 * Fits every purchase model to a table of (x, t_x, T) in one unit of time, a row a customer or, with a column n, a
 * pattern. With log_gaps regular timing too, with m the spend model, with later and ahead the holdout is judged.
 */
export async function fitFile(file: string): Promise<FittedFile> {
  if (!existsSync(file)) throw usageError({ what: `there is no file ${file}` })
  const db = await openDatabase(':memory:')
  try {
    const columns = await readColumns(db, file)
    const patterns = patternsOf(columns)
    const models = candidates(columns.log_gaps ? stagesOf(patterns) : 2).filter(
      ({ name }) => columns.log_gaps || !name.includes('cnbd'),
    )
    const fits = models.map((model) => model.fit(patterns))
    const { m, x, n } = columns
    const held = heldOf(columns)
    const judged = (rows: Held, time: number) => ({
      ...Object.fromEntries(
        models.map((model, i) => [model.name, judgeModel(model, (fits[i] as Fit).params, rows, time)]),
      ),
      ...judgeNaive(rows, time),
    })
    return {
      file,
      customers: patterns.n.reduce((sum, count) => sum + count, 0),
      fits,
      spend: m ? fitGammaGamma(x, m, n) : null,
      holdout: held ? judged(...held) : null,
    }
  } catch (error) {
    if (error instanceof RangeError) throw usageError({ what: `${file}: ${error.message}` })
    throw error
  } finally {
    db.close()
  }
}

type Columns = Record<'x' | 't_x' | 'T' | 'n', Float64Array> & Partial<Record<Name, Float64Array>>

async function readColumns(db: Db, file: string): Promise<Columns> {
  await db.run(sql`create table given as select * from read_csv(${sql.lit(file)}, header = true)`)
  const found = await db.rows<{ name: string }>(
    `select column_name as name from information_schema.columns where table_name = 'given'`,
  )
  const own = (name: Name) =>
    found.find((column) => (names[name] as readonly string[]).includes(column.name.toLowerCase()))?.name
  const missing = (['x', 't_x', 'T'] as const).filter((name) => !own(name))
  if (missing.length > 0) {
    const told = missing.map((name) => `${name} (or ${names[name].slice(1).join(', ')})`).join(' and ')
    const there = found.map(({ name }) => name).join(', ')
    throw usageError({ what: `${file} has no column ${told}`, how: `Its columns are: ${there}.` })
  }
  const present = (Object.keys(names) as Name[]).filter(own)
  const cells = present.map(
    (name) => sql`coalesce(try_cast(${sql.id(own(name) as string)} as double), 'nan') as ${sql.id(name)}`,
  )
  const read = await db.arrow(sql`select ${sql.join(cells)} from given`)
  const columns = Object.fromEntries(
    present.map((name) => [name, Float64Array.from(read.getChild(name)?.toArray() ?? [])]),
  )
  return { n: new Float64Array(read.numRows).fill(1), ...columns } as Columns
}

const patternsOf = ({ x, t_x, T, n, log_gaps }: Columns): Patterns => ({
  x,
  tx: t_x,
  T,
  n,
  ...(log_gaps ? { logGaps: log_gaps.reduce((sum, logs) => sum + logs, 0) } : {}),
})

/** The holdout, where all customers have the same one. */
function heldOf({ x, t_x, T, n, later, ahead }: Columns): [Held, number] | null {
  const time = ahead?.[0]
  if (!later || time === undefined) return null
  if (ahead?.some((one) => one !== time)) throw new RangeError('the time ahead differs from row to row')
  return [{ x, tx: t_x, T, later, n }, time]
}

const short = (value: number) =>
  value === 0 || Math.abs(value) >= 1e-3 ? value.toPrecision(5) : value.toExponential(2)

/** What a person reads. */
export function printFitted({ customers, fits, spend, holdout }: FittedFile): string {
  const all = spend ? [...fits, spend] : fits
  const models = all.map((fit) => {
    const parameters = Object.entries(fit.params).map(([name, value]) => {
      const error = fit.standardErrors[name]
      return `${name} ${short(value)}${error ? ` ± ${short(error)}` : ''}`
    })
    return [fit.model, fit.logLikelihood.toFixed(3), fit.converged ? 'yes' : 'no', parameters.join(', ')]
  })
  const heads = ['model', 'log-likelihood', 'converged', 'parameters ± standard errors']
  const lines = [`${customers} customers`, '', printTable(heads, models)]
  if (holdout) lines.push('', printHoldout(holdout))
  for (const { model, boundary } of all) if (boundary) lines.push('', `${model}: ${boundaries[boundary]}`)
  return lines.join('\n')
}

function printHoldout(holdout: Record<string, Judgement>): string {
  const shown = (figure: number | null) => (figure === null ? '' : figure.toFixed(4))
  const rows = Object.entries(holdout).map(
    ([name, { totalForecast, totalActual, mae, rmse, bias, rankCorrelation }]) => [
      name,
      totalForecast.toFixed(1),
      String(totalActual),
      ...[bias, mae, rmse, rankCorrelation].map(shown),
    ],
  )
  const heads = ['model or rule', 'forecast', 'came', 'bias', 'MAE', 'RMSE', 'rank correlation']
  return printTable(heads, rows, [false, true, true, true, true, true, true])
}

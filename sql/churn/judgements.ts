import type { Table } from 'apache-arrow'
import { defineModel } from '../../pipelines/build/model.ts'
import { purchaseModel } from '../../pipelines/fit/candidates.ts'
import { meanAhead } from '../../pipelines/fit/forecasts.ts'
import { type Holdout, type Judgement, judge } from '../../pipelines/fit/judge.ts'
import { daysPerWeek } from '../../pipelines/fit/weeks.ts'

/** Customers of a kind with the same history and the same holdout. */
interface Row {
  x: number
  t_x: number
  age: number
  recent: number
  actual: number
  customers: number
}

/** What a model or a rule expects of one customer in the holdout period. */
type Rule = (row: Row) => number

const naiveRules = (days: number): [string, Rule][] => [
  ['naive_rate', ({ x, age }) => (x * days) / Math.max(age, days)],
  ['naive_repeat', ({ recent }) => recent],
]

function rulesOf(fits: Table, days: number): [string, string, Rule][] {
  return fits.toArray().map((fit) => {
    const { kind, model, ...estimates } = fit.toJSON()
    const ahead = meanAhead(purchaseModel(model), estimates, days / daysPerWeek)
    return [kind, model, ({ x, t_x, age }) => ahead(x, t_x / daysPerWeek, age / daysPerWeek)]
  })
}

function holdoutsOf(rows: Row[]): (rule: Rule) => Holdout {
  const x = Float64Array.from(rows, (row) => row.x)
  const actual = Float64Array.from(rows, (row) => row.actual)
  const n = Float64Array.from(rows, ({ customers }) => customers)
  return (rule) => ({ x, forecast: Float64Array.from(rows, rule), actual, n })
}

/** By kind; plain objects, since a row of the table looks up every value that it is asked for. */
function kindsOf(table: Table): Map<string, Row[]> {
  const column = (name: string) => table.getChild(name)?.toArray() ?? []
  const [x, tx, age, recent] = [column('x'), column('t_x'), column('age'), column('recent')]
  const [actual, customers] = [column('actual'), column('customers')]
  const kinds = new Map<string, Row[]>()
  for (const [i, kind] of [...(table.getChild('kind') ?? [])].entries()) {
    const rows = kinds.get(kind) ?? []
    if (rows.length === 0) kinds.set(kind, rows)
    rows.push({
      x: x[i],
      t_x: tx[i],
      age: age[i],
      recent: recent[i],
      actual: actual[i],
      customers: customers[i],
    })
  }
  return kinds
}

const names = [
  'kind',
  'model',
  'grouping',
  'position',
  'customers',
  'actual_mean',
  'predicted_mean',
  'mean_absolute_error',
  'root_mean_squared_error',
  'rank_correlation',
] as const

/** The whole, the frequency groups and the tenths, one under the other. */
function rowsOf(kind: string, model: string, judgement: Judgement) {
  const { customers, mae, rmse, totalForecast, totalActual, rankCorrelation } = judgement
  const group = (grouping: string, position: number, part: Judgement['byDecile'][number]) => ({
    kind,
    model,
    grouping,
    position,
    customers: part.customers,
    actual_mean: part.actual,
    predicted_mean: part.forecast,
    mean_absolute_error: null,
    root_mean_squared_error: null,
    rank_correlation: null,
  })
  const whole = { customers, forecast: totalForecast / customers, actual: totalActual / customers }
  return [
    {
      ...group('all', 0, whole),
      mean_absolute_error: mae,
      root_mean_squared_error: rmse,
      rank_correlation: rankCorrelation,
    },
    ...judgement.byFrequency.map((part) => group('frequency', part.x, part)),
    ...judgement.byDecile.map((part, i) => group('decile', i + 1, part)),
  ]
}

export default defineModel({
  description:
    'How each purchase model, fitted on the calibration period alone, and two naive rules forecast the holdout period: in all, ' +
    'by repeat purchases before, and by tenths of the forecast. naive_rate: as many purchases a day as since the first one (over ' +
    'at least holdout_days). naive_repeat: the same number as in the holdout_days before.',
  grain: 'one row a kind of customer, model or rule, grouping and position in it',
  columns: {
    kind: { type: 'VARCHAR', description: 'Kind of customer', tests: ['not_null'] },
    model: { type: 'VARCHAR', description: 'Purchase model or naive rule', tests: ['not_null'] },
    grouping: {
      type: 'VARCHAR',
      description:
        'all; frequency: position is the repeat purchases before, 7 for seven or more; decile: 1 the lowest forecasts',
      tests: ['not_null', { accepted_values: ['all', 'frequency', 'decile'] }],
    },
    position: { type: 'INTEGER', description: 'Place in the grouping', tests: ['not_null'] },
    customers: { type: 'BIGINT', description: 'Customers', tests: ['not_null'] },
    actual_mean: {
      type: 'DOUBLE',
      description: 'Mean purchase days in the holdout period',
      tests: ['not_null'],
    },
    predicted_mean: { type: 'DOUBLE', description: 'Mean forecast', tests: ['not_null'] },
    mean_absolute_error: { type: 'DOUBLE', description: 'By customer; of the whole only' },
    root_mean_squared_error: { type: 'DOUBLE', description: 'By customer; of the whole only' },
    rank_correlation: {
      type: 'DOUBLE',
      description: "Spearman's, of the whole only; null when all forecasts or all facts are equal",
    },
  },
  tests: [{ unique: ['kind', 'model', 'grouping', 'position'] }],
  inputs: {
    fits: `select kind, model, r, alpha, a, b, s, beta from churn.fits where basis = 'calibration' order by kind, model`,
    holdout: `
      select kind, x, t_x, age, recent_purchases as recent, holdout_purchases as actual, count(*) as customers
      from churn.histories
      where basis = 'calibration'
      group by kind, x, t_x, age, recent_purchases, holdout_purchases
      order by kind, x, age, t_x, recent_purchases, holdout_purchases`,
  },
  run({ inputs: { fits, holdout }, params }) {
    const days = params.holdout_days as number
    const kinds = kindsOf(holdout)
    const holdouts = new Map([...kinds].map(([kind, rows]) => [kind, holdoutsOf(rows)]))
    const naive = [...kinds.keys()].flatMap((kind) =>
      naiveRules(days).map(([name, rule]): [string, string, Rule] => [kind, name, rule]),
    )
    const found = [...rulesOf(fits, days), ...naive].flatMap(([kind, model, rule]) =>
      rowsOf(kind, model, judge((holdouts.get(kind) ?? holdoutsOf([]))(rule))),
    )
    return Object.fromEntries(names.map((name) => [name, found.map((row) => row[name])]))
  },
})

import { meanAhead } from './forecasts.ts'
import type { Params, PurchaseModel } from './model.ts'

/** What was forecast and what happened, by rows of customers who share both. Columns of one length. */
export interface Holdout {
  /** Repeat purchases in the calibration period. */
  x: Float64Array
  forecast: Float64Array
  actual: Float64Array
  /** Customers. */
  n: Float64Array
}

export interface Group {
  customers: number
  /** Means over the group. */
  forecast: number
  actual: number
}

export interface Judgement {
  customers: number
  /** Mean absolute and root mean squared error of a customer. */
  mae: number
  rmse: number
  totalForecast: number
  totalActual: number
  /** Forecast over actual total − 1; null when nothing happened. */
  bias: number | null
  /** Spearman's, ties at their mean rank; null when all forecasts (or all facts) are equal. */
  rankCorrelation: number | null
  /** By purchases in the calibration period: 0, 1, …, and the last group with all above. */
  byFrequency: (Group & { x: number })[]
  /** From the lowest forecasts to the highest, about a tenth of the customers each; equal forecasts stay together. */
  byDecile: Group[]
}

/** Judges forecasts against what happened in a time that was held out. */
export function judge({ x, forecast, actual, n }: Holdout, lastGroup = 7): Judgement {
  const all = tally()
  const frequencies = Array.from({ length: lastGroup + 1 }, tally)
  const deciles = Array.from({ length: 10 }, tally)
  const forecastRanks = midranks(forecast, n)
  let [absolute, squared] = [0, 0]
  for (let i = 0; i < x.length; i += 1) {
    const row = [forecast[i] as number, actual[i] as number, n[i] as number] as const
    absolute += row[2] * Math.abs(row[0] - row[1])
    squared += row[2] * (row[0] - row[1]) ** 2
    all.add(...row)
    frequencies[Math.min(x[i] as number, lastGroup)]?.add(...row)
    deciles[Math.min(9, Math.floor(10 * (forecastRanks[i] as number)))]?.add(...row)
  }
  const { customers } = all
  return {
    customers,
    mae: customers > 0 ? absolute / customers : 0,
    rmse: customers > 0 ? Math.sqrt(squared / customers) : 0,
    totalForecast: all.forecast,
    totalActual: all.actual,
    bias: all.actual > 0 ? all.forecast / all.actual - 1 : null,
    rankCorrelation: correlation(forecastRanks, midranks(actual, n), n),
    byFrequency: frequencies.map((group, size) => ({ x: size, ...group.means() })).filter(isPeopled),
    byDecile: deciles.map((group) => group.means()).filter(isPeopled),
  }
}

const isPeopled = ({ customers }: Group) => customers > 0

function tally() {
  const sums = {
    customers: 0,
    forecast: 0,
    actual: 0,
    add(forecast: number, actual: number, n: number) {
      sums.customers += n
      sums.forecast += n * forecast
      sums.actual += n * actual
    },
    means: (): Group => ({
      customers: sums.customers,
      forecast: sums.forecast / sums.customers,
      actual: sums.actual / sums.customers,
    }),
  }
  return sums
}

/** The rank of each row's customers, as a share of all of them; equal values share the middle of their ranks. */
function midranks(values: Float64Array, n: Float64Array): Float64Array {
  const order = Uint32Array.from(values, (_, i) => i).sort(
    (a, b) => (values[a] as number) - (values[b] as number),
  )
  const total = n.reduce((sum, count) => sum + count, 0)
  const ranks = new Float64Array(values.length)
  let before = 0
  for (let start = 0; start < order.length; ) {
    let [end, tied] = [start, 0]
    const value = values[order[start] as number]
    for (; end < order.length && values[order[end] as number] === value; end += 1)
      tied += n[order[end] as number] as number
    for (let i = start; i < end; i += 1) ranks[order[i] as number] = (before + tied / 2) / total
    before += tied
    start = end
  }
  return ranks
}

function correlation(a: Float64Array, b: Float64Array, n: Float64Array): number | null {
  let [weight, meanA, meanB] = [0, 0, 0]
  for (let i = 0; i < n.length; i += 1) {
    weight += n[i] as number
    meanA += (n[i] as number) * (a[i] as number)
    meanB += (n[i] as number) * (b[i] as number)
  }
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < n.length; i += 1) {
    const [da, db] = [(a[i] as number) - meanA / weight, (b[i] as number) - meanB / weight]
    ab += (n[i] as number) * da * db
    aa += (n[i] as number) * da * da
    bb += (n[i] as number) * db * db
  }
  const scale = Math.sqrt(aa * bb)
  return scale > 1e-12 * weight ? ab / scale : null
}

/** Histories up to a day, and the purchases in the time t after it, by distinct rows with counts. */
export interface Held {
  x: Float64Array
  tx: Float64Array
  T: Float64Array
  later: Float64Array
  n: Float64Array
}

/** A model's forecasts for the time t, judged. */
export function judgeModel(model: PurchaseModel, params: Params, held: Held, t: number): Judgement {
  const { x, tx, T } = held
  const ahead = meanAhead(model, params, t)
  return judged(held, (i) => ahead(x[i] as number, tx[i] as number, T[i] as number))
}

/**
 * Rules that need no model, for comparison: everyone goes on at their own rate so far (`same_rate`; nothing where
 * nothing was observed), everyone buys at the mean rate of all (`mean_rate`), nobody buys again (`nobody`).
 */
export function judgeNaive(held: Held, t: number): Record<'same_rate' | 'mean_rate' | 'nobody', Judgement> {
  const { x, T, n } = held
  let [purchases, time] = [0, 0]
  for (let i = 0; i < x.length; i += 1) {
    purchases += (n[i] as number) * (x[i] as number)
    time += (n[i] as number) * (T[i] as number)
  }
  const mean = time > 0 ? (purchases * t) / time : 0
  const ownRate = (i: number) => ((T[i] as number) > 0 ? ((x[i] as number) * t) / (T[i] as number) : 0)
  return {
    same_rate: judged(held, ownRate),
    mean_rate: judged(held, () => mean),
    nobody: judged(held, () => 0),
  }
}

function judged({ x, later, n }: Held, forecast: (i: number) => number): Judgement {
  return judge({ x, forecast: Float64Array.from(x, (_, i) => forecast(i)), actual: later, n })
}

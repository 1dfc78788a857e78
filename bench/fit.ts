/**
 * Speed and truth of the estimators: `node bench/fit.ts [distinct patterns]`, 200,000 without.
 * Customers are drawn from a known BG/NBD process, in days, so that what comes out can be compared with what went in.
 */

import { bgNbd, cnbd, mbgNbd, nbd } from '../pipelines/fit/cnbd.ts'
import { chooseErlang } from '../pipelines/fit/erlang.ts'
import { fitGammaGamma } from '../pipelines/fit/gamma-gamma.ts'
import type { Patterns, PurchaseModel } from '../pipelines/fit/model.ts'
import { paretoNbd } from '../pipelines/fit/pareto-nbd.ts'
import { discountedExpected } from '../pipelines/fit/value.ts'
import { cdnow, hasCdnow } from '../test/fit/cdnow.ts'
import { gamma, patternsOf, uniforms } from '../test/fit/histories.ts'
import { drawCnbd } from '../test/fit/simulate.ts'

const truth = { r: 0.8, alpha: 60, a: 0.6, b: 2.5 }
const wanted = Number(process.argv[2] ?? 200_000)
const models = [nbd, bgNbd, mbgNbd, cnbd('after_repeat', 2), paretoNbd]

function timed<T>(work: () => T): { seconds: number; result: T } {
  const from = performance.now()
  const result = work()
  return { seconds: (performance.now() - from) / 1000, result }
}

const shown = (seconds: number) =>
  seconds < 1 ? `${(seconds * 1000).toFixed(1)} ms` : `${seconds.toFixed(2)} s`
const figures = (params: Record<string, number>) =>
  Object.entries(params).map(([name, value]) => `${name} ${value.toPrecision(4)}`)

/** Days, whole ones: the histories a warehouse has. */
function dailyPatterns(distinct: number): Patterns {
  const next = uniforms(1)
  const days = (time: number) => Math.round(time)
  const seen = new Map<number, number>()
  let logGaps = 0
  while (seen.size < distinct) {
    for (const history of drawCnbd({ dropout: 'after_repeat', k: 1 }, truth, {
      customers: 10_000,
      end: 730,
      hold: 0,
      next,
    })) {
      const key = (history.x * 1000 + days(history.tx)) * 1000 + days(history.T)
      seen.set(key, (seen.get(key) ?? 0) + 1)
      logGaps += history.logGaps
    }
  }
  const keys = Float64Array.from(seen.keys()).sort()
  return {
    x: keys.map((key) => Math.floor(key / 1e6)),
    tx: keys.map((key) => Math.floor(key / 1000) % 1000),
    T: keys.map((key) => key % 1000),
    n: keys.map((key) => seen.get(key) as number),
    logGaps,
  }
}

function onCdnow() {
  const customers = cdnow()
  const patterns = patternsOf(customers)
  console.log(`CDNOW sample, ${customers.length} customers, ${patterns.x.length} patterns`)
  const first = timed(() => bgNbd.fit(patterns)).seconds
  console.log(`  first fit, BG/NBD, in a fresh process ${shown(first)}`)
  for (const model of models) {
    // Of the same patterns a model is fitted once: each run has its own.
    const runs = Array.from({ length: 9 }, () => ({ ...patterns })).map((own) => timed(() => model.fit(own)))
    const { result } = runs[0] as (typeof runs)[0]
    const median = runs.map(({ seconds }) => seconds).sort((a, b) => a - b)[4] as number
    console.log(
      `  ${model.name.padEnd(10)} ${shown(median).padStart(9)}  ${result.logLikelihood.toFixed(3)}  ${figures(result.params).join(' ')}`,
    )
  }
}

/** Fit, then P(alive), next year, and three years by month discounted, for each pattern. */
function onDays(patterns: Patterns, model: PurchaseModel) {
  const { seconds, result: fit } = timed(() => model.fit(patterns))
  const scoring = timed(() => {
    const horizon = { months: 36, unitsPerMonth: 365.25 / 12, ratePerMonth: 0.01 }
    let sum = 0
    for (let i = 0; i < patterns.x.length; i += 1) {
      const [x, tx, T] = [patterns.x[i], patterns.tx[i], patterns.T[i]] as [number, number, number]
      sum += model.pAlive(fit.params, x, tx, T) + model.expected(fit.params, x, tx, T, 365)
      sum += discountedExpected(model, fit.params, x, tx, T, horizon).discounted
    }
    return sum
  })
  const state = `${fit.converged ? 'converged' : 'not converged'} ${fit.agreed}/${fit.starts} ${fit.boundary ?? ''}`
  console.log(
    `  ${model.name.padEnd(10)} fit ${shown(seconds).padStart(9)}  scores ${shown(scoring.seconds).padStart(9)}  ${state} ${figures(fit.params).join(' ')}`,
  )
}

if (hasCdnow) onCdnow()
const patterns = dailyPatterns(wanted)
const customers = patterns.n.reduce((sum, count) => sum + count, 0)
console.log(
  `\n${patterns.x.length} daily patterns of ${customers} customers, drawn from BG/NBD ${figures(truth).join(' ')}`,
)
for (const model of models) onDays(patterns, model)
const { seconds, result } = timed(() => chooseErlang('after_repeat', patterns))
console.log(`  k of 1…4 by likelihood ${shown(seconds)}: ${result.model.name}`)

const next = uniforms(2)
const x = Float64Array.from({ length: wanted }, () => 1 + Math.floor(next() * 8))
const m = x.map((size) => gamma(next, 6 * size) / ((gamma(next, 4) / 15) * size))
const spend = timed(() => fitGammaGamma(x, m, new Float64Array(wanted).fill(1)))
console.log(
  `\n${wanted} mean spends, drawn from p 6 q 4 gamma 15: ${shown(spend.seconds)}  ${figures(spend.result.params).join(' ')}`,
)

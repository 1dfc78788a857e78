import { cnbdLikelihood, gapConstant } from './cnbd-likelihood.ts'
import { checkPatterns, once, parts, type Totals, totals, withoutLast } from './columns.ts'
import { type Best, maximumLikelihood, type Problem, toFit } from './estimate.ts'
import type { Objective } from './maximise.ts'
import type { Boundary, Fit, Patterns } from './model.ts'

/** Gain in log-likelihood over the same model without dropout up to which the data show no dropout. */
const negligible = 0.5
/** Beyond this shape customers differ by less than a thirtieth: as good as equal. */
export const concentrated = 1e3

/** How customers leave: what a model adds to gamma-mixed k-Erlang purchases, r and alpha. */
export interface Leaving {
  parameters: readonly string[]
  likelihood: (patterns: Patterns) => Objective
  /** Both of r, alpha as they come out without dropout, and of the mean time observed. */
  starts: (r: number, alpha: number, unit: number) => number[][]
  lower: (unit: number) => number[]
  upper: (unit: number) => number[]
  /** Parameters at which (nearly) nobody leaves. */
  nobody: (unit: number) => number[]
  /** The edge that the estimates lie on, as far as leaving goes, with the parameters it leaves undetermined. */
  edge: (values: readonly number[], unit: number) => Edge | null
}

export interface Edge {
  boundary: Boundary
  held: readonly string[]
}

/**
 * Maximum likelihood for a purchase model, told apart from the same model without dropout (`leaving` null).
 * Throws a RangeError on an impossible pattern, and with k > 1 on patterns without `logGaps`.
 */
export function fitPurchases(model: string, k: number, leaving: Leaving | null, patterns: Patterns): Fit {
  checkPatterns(patterns)
  if (k > 1 && patterns.logGaps === undefined) {
    throw new RangeError(`${model}: the patterns need logGaps, the sum of ln(gap) between purchases`)
  }
  const known = fitsOf(patterns)
  const found = known.get(model) ?? fitAnew(model, k, leaving, patterns)
  known.set(model, found)
  return found
}

/** By model: that which chooses the stages of a gap and that which fits the candidates ask for the same. */
const fitsOf = once((_: Patterns) => new Map<string, Fit>())

function fitAnew(model: string, k: number, leaving: Leaving | null, patterns: Patterns): Fit {
  const all = totals(patterns)
  const degenerate = degenerateCase(all)
  if (degenerate) return unfit(model, leaving, all, degenerate)
  const constant = gapConstant(k, all.purchases, patterns.logGaps ?? 0)
  const fit = fitted(model, k, leaving, patterns, all)
  return { ...fit, logLikelihood: fit.logLikelihood + constant }
}

function fitted(model: string, k: number, leaving: Leaving | null, patterns: Patterns, all: Totals): Fit {
  const [counting, nested] = withoutLeaving(k, patterns, all)
  const [r, alpha] = nested.values as [number, number]
  if (!leaving) return reported({ ...counting, model }, nested, equalRates(nested))
  const unit = all.time / all.customers
  const problem: Problem = {
    ...counting,
    model,
    parameters: [...counting.parameters, ...leaving.parameters],
    logLikelihood: leaving.likelihood(patterns),
    sketches: parts(patterns).map(leaving.likelihood),
    starts: leaving.starts(r, alpha, unit),
    lower: [...counting.lower, ...leaving.lower(unit)],
    upper: [...counting.upper, ...leaving.upper(unit)],
  }
  const best = maximumLikelihood(problem)
  const none: Edge = { boundary: 'no_dropout', held: leaving.parameters }
  const shown = best.value - nested.value >= negligible
  return reported(problem, best, shown ? (leaving.edge(best.values, unit) ?? equalRates(best)) : none)
}

const nestedOf = once((_: Patterns) => new Map<number, [Problem, Best]>())

/** The same for every model of k stages: fitted once. */
function withoutLeaving(k: number, patterns: Patterns, all: Totals): [Problem, Best] {
  const known = nestedOf(patterns)
  const found = known.get(k)
  if (found) return found
  const some = parts(patterns)
  const likelihood = (of: Patterns) => cnbdLikelihood({ dropout: 'never', k }, of)
  const counted = some.length > 0 && k === 1 ? withoutLast(patterns) : patterns
  const problem = countingProblem(all, k, likelihood(counted), some.map(likelihood))
  const made: [Problem, Best] = [problem, maximumLikelihood(problem)]
  known.set(k, made)
  return made
}

function equalRates({ values: [r] }: Best): Edge | null {
  return (r as number) > concentrated ? { boundary: 'equal_rates', held: ['r'] } : null
}

function reported(problem: Problem, best: Best, edge: Edge | null): Fit {
  return toFit(problem, best, edge?.boundary ?? null, edge?.held ?? [])
}

/** The problem without dropout: two parameters; the yardstick for models with it. */
function countingProblem(all: Totals, k: number, logLikelihood: Objective, sketches: Objective[]): Problem {
  const rate = (k * all.purchases) / all.time
  const unit = all.time / all.customers
  return {
    model: 'nbd',
    parameters: ['r', 'alpha'],
    customers: all.customers,
    leftOut: 0,
    logLikelihood,
    sketches,
    starts: [0.5, 3].map((r) => [r, r / rate]),
    lower: [1e-6, 1e-7 * unit],
    upper: [1e5, 1e10 * unit],
  }
}

function degenerateCase({ customers, purchases, time }: Totals): Boundary | null {
  if (customers === 0) return 'no_customers'
  if (time === 0) return 'no_exposure'
  return purchases === 0 ? 'no_repeat' : null
}

/** For a base that says nothing: as if one purchase were due in all the time observed, and nobody left. */
function unfit(model: string, leaving: Leaving | null, { customers, time }: Totals, boundary: Boundary): Fit {
  const unit = time > 0 ? time / customers : 1
  const names = ['r', 'alpha', ...(leaving?.parameters ?? [])]
  const values = [1, time > 0 ? time : 1e9, ...(leaving?.nobody(unit) ?? [])]
  return {
    model,
    params: Object.fromEntries(names.map((name, i) => [name, values[i] as number])),
    logLikelihood: 0,
    standardErrors: Object.fromEntries(names.map((name) => [name, null])),
    covariance: null,
    converged: false,
    boundary,
    starts: 0,
    agreed: 0,
    customers,
    leftOut: 0,
  }
}

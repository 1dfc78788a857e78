import { cnbd } from './cnbd.ts'
import { cnbdLikelihood, type Member } from './cnbd-likelihood.ts'
import { maximumLikelihood, type Problem, toFit } from './estimate.ts'
import type { Objective } from './maximise.ts'
import type { Fit, Patterns } from './model.ts'

/** A multiplier with its 95 % interval; the ends are null where the likelihood is flat. */
export interface Effect {
  factor: number
  low: number | null
  high: number | null
}

export interface GroupEffects {
  fit: Fit
  /** By group, the first one being the measure: how many times as fast it buys, and the odds of leaving at a purchase. */
  rate: Effect[]
  leaving: Effect[]
  /** Log-likelihood over that of the model that does not tell the groups apart. */
  gain: number
  /** It is more than the number of parameters added (Akaike), and the maximum was found. */
  supported: boolean
}

const apart = ['rate', 'leaving'] as const

/**
 * A covariate that does not change over time and puts each customer in one group, as the channel that won them. In group
 * g, α becomes α / rate_g and a becomes a × leaving_g: the BG/CNBD-k family after Fader & Hardie, "Incorporating
 * time-invariant covariates into the Pareto/NBD and BG/NBD models" (2007), for indicators. k > 1 needs `logGaps` of each.
 */
export function fitGroups(member: Member, groups: readonly Patterns[]): GroupEffects {
  const plain = cnbd(member.dropout, member.k).fit(joined(groups))
  const others = groups.slice(1).map((_, i) => i + 1)
  const names = apart.flatMap((what) => others.map((g) => `${what}_${g}`))
  const shared = ['r', 'alpha', 'a', 'b'].map((name) => plain.params[name] as number)
  const start = [...shared, ...names.map(() => 1)]
  const problem: Problem = {
    model: plain.model,
    parameters: ['r', 'alpha', 'a', 'b', ...names],
    customers: plain.customers,
    leftOut: 0,
    logLikelihood: likelihood(groups.map((patterns) => remembered(cnbdLikelihood(member, patterns)))),
    starts: [start],
    lower: start.map((value) => value * 1e-3),
    upper: start.map((value) => value * 1e3),
  }
  const before = problem.logLikelihood(Float64Array.from(start), new Float64Array(start.length))
  const best = maximumLikelihood(problem)
  const fit = toFit(problem, best, plain.boundary, [])
  const gain = best.value - before
  const [rate, leaving] = apart.map((what) => [
    { factor: 1, low: 1, high: 1 },
    ...others.map((g) => effectOf(fit, `${what}_${g}`)),
  ]) as [Effect[], Effect[]]
  const supported = fit.converged && plain.boundary === null && gain > names.length
  return { fit, rate, leaving, gain, supported }
}

function effectOf({ params, standardErrors }: Fit, name: string): Effect {
  const [factor, error] = [params[name] as number, standardErrors[name]]
  if (error === null || error === undefined) return { factor, low: null, high: null }
  const spread = Math.exp((1.96 * error) / factor)
  return { factor, low: factor / spread, high: factor * spread }
}

/** How many of its last values an objective knows again: where the others' parameters move, a group stands still. */
const known = 3

function remembered(objective: Objective): Objective {
  const last: { at: Float64Array; value: number; gradient: Float64Array }[] = []
  return (at, gradient) => {
    let found = last.find((one) => at.every((value, i) => value === one.at[i]))
    if (!found) {
      found = { at, value: objective(at, gradient), gradient: gradient.slice() }
      last.unshift(found)
      last.length = Math.min(last.length, known)
    }
    gradient.set(found.gradient)
    return found.value
  }
}

/** The sum over the groups, and by the chain rule its gradient. */
function likelihood(groups: readonly Objective[]): Objective {
  const others = groups.length - 1
  const slopes = new Float64Array(4)
  return (at, gradient) => {
    const [r, alpha, a, b] = at as unknown as [number, number, number, number]
    gradient.fill(0)
    let value = 0
    for (const [g, objective] of groups.entries()) {
      const [rate, leaving] = g === 0 ? [1, 1] : [at[3 + g] as number, at[3 + others + g] as number]
      value += objective(Float64Array.of(r, alpha / rate, a * leaving, b), slopes)
      const [dr, dAlpha, da, db] = slopes as unknown as [number, number, number, number]
      for (const [i, slope] of [dr, dAlpha / rate, da * leaving, db].entries())
        gradient[i] = (gradient[i] as number) + slope
      if (g === 0) continue
      gradient[3 + g] = (-dAlpha * alpha) / rate ** 2
      gradient[3 + others + g] = da * a
    }
    return value
  }
}

function joined(groups: readonly Patterns[]): Patterns {
  const column = (name: 'x' | 'tx' | 'T' | 'n') =>
    Float64Array.from(groups.flatMap((patterns) => [...patterns[name]]))
  const logGaps = groups.reduce((sum, patterns) => sum + (patterns.logGaps ?? 0), 0)
  return { x: column('x'), tx: column('tx'), T: column('T'), n: column('n'), logGaps }
}

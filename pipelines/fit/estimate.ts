import { inverse } from './linear.ts'
import { maximise, type Objective, type Peak } from './maximise.ts'
import type { Boundary, Fit } from './model.ts'

/** A likelihood to be maximised over positive parameters. */
export interface Problem {
  model: string
  parameters: readonly string[]
  customers: number
  leftOut: number
  /** Log-likelihood and its gradient in the parameters themselves. */
  logLikelihood: Objective
  /** The same on parts of the data, the smallest first, to find the way when there is much of it. */
  sketches?: readonly Objective[]
  /** Where to start and where to stop, by parameter. */
  starts: readonly (readonly number[])[]
  lower: readonly number[]
  upper: readonly number[]
}

export interface Best extends Peak {
  /** The parameters at the peak (not their logarithms). */
  values: number[]
}

/** The best of the peaks reached from all starts. Works in the logarithms: units of time do not matter there. */
export function maximumLikelihood(problem: Problem): Best {
  const box = { lower: logs(problem.lower), upper: logs(problem.upper) }
  const peak = maximise(
    inLogs(problem.logLikelihood),
    problem.starts.map(logs),
    box,
    problem.sketches?.map(inLogs),
  )
  return { ...peak, values: Array.from(peak.at, Math.exp) }
}

/** Standard errors by the delta method; parameters that are `fixed` have none and count as known. */
export function toFit(
  problem: Problem,
  best: Best,
  boundary: Boundary | null,
  fixed: readonly string[],
): Fit {
  const covariance = covarianceOf(problem, best, fixed)
  const size = problem.parameters.length
  const errors = problem.parameters.map((parameter, i) => {
    if (!covariance || fixed.includes(parameter)) return [parameter, null]
    return [parameter, (best.values[i] as number) * Math.sqrt(covariance[i * size + i] as number)]
  })
  return {
    model: problem.model,
    params: Object.fromEntries(
      problem.parameters.map((parameter, i) => [parameter, best.values[i] as number]),
    ),
    logLikelihood: best.value,
    standardErrors: Object.fromEntries(errors),
    covariance: covariance && Array.from(covariance),
    converged: best.converged,
    boundary,
    starts: problem.starts.length,
    agreed: best.agreed,
    customers: problem.customers,
    leftOut: problem.leftOut,
  }
}

function covarianceOf(
  { parameters }: Problem,
  { hessian }: Best,
  fixed: readonly string[],
): Float64Array | null {
  const size = parameters.length
  const isFixed = parameters.map((parameter) => fixed.includes(parameter))
  const information = hessian.map((value, index) => {
    const [row, column] = [Math.floor(index / size), index % size]
    if (isFixed[row] || isFixed[column]) return row === column ? 1 : 0
    return -value
  })
  const covariance = inverse(information, size)
  for (let i = 0; covariance && i < size; i += 1) if (isFixed[i]) covariance[i * size + i] = 0
  return covariance
}

function inLogs(objective: Objective): Objective {
  return (at, gradient) => {
    const values = at.map(Math.exp)
    const value = objective(values, gradient)
    for (let i = 0; i < gradient.length; i += 1) gradient[i] = (gradient[i] as number) * (values[i] as number)
    return value
  }
}

function logs(values: readonly number[]): Float64Array {
  return Float64Array.from(values, Math.log)
}

import type { Moments, Params, PurchaseModel, Standing, Staying } from './model.ts'

/** What a model must know for itself; the rest follows. */
export type Core = Pick<
  PurchaseModel,
  'name' | 'parameters' | 'fit' | 'logLikelihood' | 'standing' | 'staying' | 'chance'
>

/** The forecasts that follow from where a customer stands and what comes of those who stay. */
export function forecasts(core: Core): PurchaseModel {
  const ahead: PurchaseModel['ahead'] = (params, x, tx, T) => {
    const [standing, staying] = [core.standing(params, x, tx, T), core.staying(params, x, T)]
    return (t) => overStages(standing, staying, (stage) => stage.mean(t))
  }
  return {
    ...core,
    pAlive: (params, x, tx, T) => core.standing(params, x, tx, T).alive,
    expected: (params, x, tx, T, t) => ahead(params, x, tx, T)(t),
    ahead,
    moments: (params, x, tx, T, t) => {
      const [standing, staying] = [core.standing(params, x, tx, T), core.staying(params, x, T)]
      const mean = overStages(standing, staying, (stage) => stage.mean(t))
      const second = overStages(standing, staying, (stage) => stage.second(t))
      return { mean, variance: Math.max(0, second - mean * mean) }
    },
    expectedNew: (params, t) => ahead(params, 0, 0, 0)(t),
    probability: (params, n, t) => core.chance(params, 0, 0, 0, t, n),
  }
}

/** A figure of those who stayed, by their stages, times the chance of having stayed. */
function overStages(
  { alive, stages }: Standing,
  staying: readonly Staying[],
  figure: (stage: Staying) => number,
): number {
  let sum = 0
  for (let j = 0; j < staying.length; j += 1) sum += (stages[j] as number) * figure(staying[j] as Staying)
  return alive * sum
}

/**
 * Mean and variance of purchases in (T, T + t], pattern by pattern. What depends on x and T alone is kept until they
 * change: patterns that are sorted by them cost little each.
 */
export function momentsAhead(model: PurchaseModel, params: Params, t: number) {
  let [lastX, lastT, stages] = [Number.NaN, Number.NaN, [] as Moments[]]
  return (x: number, tx: number, T: number): Moments => {
    if (x !== lastX || T !== lastT) {
      stages = model
        .staying(params, x, T)
        .map((stage) => ({ mean: stage.mean(t), variance: stage.second(t) }))
      lastX = x
      lastT = T
    }
    const standing = model.standing(params, x, tx, T)
    let [mean, second] = [0, 0]
    for (let j = 0; j < stages.length; j += 1) {
      const share = standing.alive * (standing.stages[j] as number)
      mean += share * (stages[j] as Moments).mean
      second += share * (stages[j] as Moments).variance
    }
    return { mean, variance: Math.max(0, second - mean * mean) }
  }
}

/** The same mean, where nobody asks for the variance. */
export function meanAhead(model: PurchaseModel, params: Params, t: number) {
  let [lastX, lastT, means] = [Number.NaN, Number.NaN, [] as number[]]
  return (x: number, tx: number, T: number): number => {
    if (x !== lastX || T !== lastT) {
      means = model.staying(params, x, T).map((stage) => stage.mean(t))
      lastX = x
      lastT = T
    }
    const { alive, stages } = model.standing(params, x, tx, T)
    let mean = 0
    for (let j = 0; j < means.length; j += 1) mean += alive * (stages[j] as number) * (means[j] as number)
    return mean
  }
}

import type { Params, PurchaseModel, Staying } from './model.ts'
import { discountedAhead, type Horizon } from './value.ts'

export interface Terms {
  /** What expected and discounted purchases and their variance cover. */
  horizon: Horizon
  /** What the nearer forecast covers, with its interval. */
  near: number
  /** Share of what may happen that the interval holds. */
  level: number
}

/** What a model says of one pattern. */
export interface Score {
  alive: number
  /** Purchases in the time `near`: mean, the chance of none, the smallest counts with at most half the rest outside. */
  near: number
  none: number
  low: number
  high: number
  /** Over the horizon. */
  expected: number
  discounted: number
  variance: number
}

/** What comes of those who stayed, by stage: the same for all patterns of one x and T. */
interface Stayed {
  near: number
  expected: number
  discounted: number
  second: number
  /** P(at most n) in the time `near`, as far as it was asked for. */
  upTo: number[]
  chance: (n: number) => number
}

/** Beyond this many purchases an interval ends. */
const most = 1e5

/**
 * Scores patterns one by one. What depends on x and T alone is kept until they change: patterns that are sorted by
 * them cost little each, whatever the horizon.
 */
export function scorer(model: PurchaseModel, params: Params, terms: Terms) {
  let [lastX, lastT, stayed] = [Number.NaN, Number.NaN, [] as Stayed[]]
  const rest = (1 - terms.level) / 2
  return (x: number, tx: number, T: number): Score => {
    if (x !== lastX || T !== lastT) {
      stayed = model.staying(params, x, T).map((stage) => stayedOf(stage, terms))
      lastX = x
      lastT = T
    }
    const { alive, stages } = model.standing(params, x, tx, T)
    const score: Score = {
      alive,
      near: 0,
      none: 1 - alive,
      low: 0,
      high: 0,
      expected: 0,
      discounted: 0,
      variance: 0,
    }
    for (let j = 0; j < stayed.length; j += 1) {
      const stage = stayed[j] as Stayed
      const share = alive * (stages[j] as number)
      score.near += share * stage.near
      score.none += share * atMost(stage, 0)
      score.expected += share * stage.expected
      score.discounted += share * stage.discounted
      score.variance += share * stage.second
    }
    score.variance = Math.max(0, score.variance - score.expected ** 2)
    score.low = quantile(stayed, stages, alive, rest, 0, false)
    score.high = quantile(stayed, stages, alive, 1 - rest, score.low, true)
    return score
  }
}

function stayedOf(stage: Staying, { horizon, near }: Terms): Stayed {
  const { transactions, discounted } = discountedAhead((t) => stage.mean(t), horizon)
  return {
    near: stage.mean(near),
    expected: transactions,
    discounted,
    second: stage.second(horizon.months * horizon.unitsPerMonth),
    upTo: [],
    chance: stage.chances(near),
  }
}

function atMost({ upTo, chance }: Stayed, n: number): number {
  while (upTo.length <= n) upTo.push((upTo.at(-1) ?? 0) + chance(upTo.length))
  return upTo[n] as number
}

/** The smallest n from `from` on with P(at most n) above the share, or (`reached`) at it. */
function quantile(
  stayed: readonly Stayed[],
  stages: ArrayLike<number>,
  alive: number,
  share: number,
  from: number,
  reached: boolean,
): number {
  for (let n = from; n < most; n += 1) {
    let sum = 1 - alive
    for (let j = 0; j < stayed.length; j += 1)
      sum += alive * (stages[j] as number) * atMost(stayed[j] as Stayed, n)
    if (reached ? sum >= share - 1e-12 : sum > share) return n
  }
  return most
}

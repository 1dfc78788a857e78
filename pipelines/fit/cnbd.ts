import { cnbdLikelihood, type Dropout, firstChance, type Member, stages } from './cnbd-likelihood.ts'
import { onePattern } from './columns.ts'
import type { Params, PurchaseModel } from './model.ts'
import { concentrated, fitPurchases, type Leaving } from './purchase-fit.ts'
import { type Beta, meanStay, type Renewals, renewals, stagePoint, stageTail } from './renewals.ts'

/**
 * Counting models with k-Erlang gaps, gamma-mixed rates and beta-mixed dropout. Parameters r, alpha (rates; with
 * dropout 'never' these alone), a, b (dropout). k = 1 gives NBD, BG/NBD, MBG/NBD. Sources at `cnbdLikelihood`.
 * Given the history, the rate of a customer who stayed is gamma (r + kx + j, α + T), j stages after the last
 * purchase, and dropout beta (a, b + chances): forecasts follow from the renewal process that begins there.
 */
export function cnbd(dropout: Dropout, k: number): PurchaseModel {
  const member: Member = { dropout, k }
  const timing = k === 1 ? 'nbd' : `cnbd_${k}`
  const name = { never: timing, after_repeat: `bg_${timing}`, after_every: `mbg_${timing}` }[dropout]
  const parameters = dropout === 'never' ? ['r', 'alpha'] : ['r', 'alpha', 'a', 'b']
  const future = remembered(member)
  const moment = (name: keyof Renewals, params: Params, ...[x, tx, T]: History) => {
    const { r, a, b } = params as { r: number; a: number; b: number }
    const stands = standing(member, params, x, tx, T)
    const all = future(r, a ?? 0, b ?? 0, x)
    return (t: number) => staged(all, name, stands, t)
  }
  return {
    name,
    parameters,
    fit: (patterns) => fitPurchases(name, k, leavingOf(member), patterns),
    logLikelihood: (params, x, tx, T) => {
      const at = Float64Array.from(parameters, (parameter) => params[parameter] as number)
      return cnbdLikelihood(member, onePattern(x, tx, T))(at, new Float64Array(at.length))
    },
    pAlive: (params, x, tx, T) => standing(member, params, x, tx, T).alive,
    expected: (params, x, tx, T, t) => moment('mean', params, x, tx, T)(t),
    ahead: (params, x, tx, T) => moment('mean', params, x, tx, T),
    moments: (params, x, tx, T, t) => {
      const mean = moment('mean', params, x, tx, T)(t)
      return { mean, variance: Math.max(0, moment('second', params, x, tx, T)(t) - mean * mean) }
    },
    expectedNew: (params, t) => moment('mean', params, 0, 0, 0)(t),
    chance: (params, x, tx, T, t, n) => chance(member, params, [x, tx, T], t, n),
    probability: (params, n, t) => chance(member, params, [0, 0, 0], t, n),
  }
}

export const nbd = cnbd('never', 1)
export const bgNbd = cnbd('after_repeat', 1)
export const mbgNbd = cnbd('after_every', 1)

function leavingOf(member: Member): Leaving | null {
  if (member.dropout === 'never') return null
  return {
    parameters: ['a', 'b'],
    likelihood: (patterns) => cnbdLikelihood(member, patterns),
    // Leaving explains part of the silence: customers who stay buy faster than the counts alone say.
    starts: (r, alpha) => [
      [r, alpha / 1.5, 0.5, 1.5],
      [2 * r, alpha, 1, 3],
      [r, alpha, 0.05, 2],
    ],
    lower: () => [1e-6, 1e-6],
    upper: () => [1e6, 1e6],
    nobody: () => [1e-6, 1],
    edge: ([, , a, b]) => {
      const leaves = (a as number) / ((a as number) + (b as number))
      if (leaves < 1e-4) return { boundary: 'no_dropout', held: ['a', 'b'] }
      if (leaves > 0.999) return { boundary: 'full_dropout', held: ['a', 'b'] }
      return (a as number) + (b as number) > concentrated ? { boundary: 'equal_dropout', held: ['b'] } : null
    },
  }
}

type History = readonly [x: number, tx: number, T: number]

/** Where a customer stands at T. */
interface Standing {
  alive: number
  /** r + kx, α + T, (T − t_x)/(α + T). */
  m: number
  rate: number
  u: number
  dropout: Beta | null
}

function standing(member: Member, params: Params, x: number, tx: number, T: number): Standing {
  const { r, alpha, a, b } = params as { r: number; alpha: number; a: number; b: number }
  const m = r + member.k * x
  const rate = alpha + T
  const u = (T - tx) / rate
  const chances = x + firstChance(member)
  if (member.dropout === 'never') return { alive: 1, m, rate, u, dropout: null }
  const dropout = { a, b: b + chances }
  if (chances === 0) return { alive: 1, m, rate, u, dropout }
  const logStay = m * Math.log1p(-u) + Math.log(stages(member.k, m, u).sum)
  return { alive: 1 / (1 + (a / (b + chances - 1)) * Math.exp(-logStay)), m, rate, u, dropout }
}

type Future = (r: number, a: number, b: number, x: number) => readonly Renewals[]

/** The renewals ahead by number of purchases, one for each stage; kept until the parameters change. */
function remembered(member: Member): Future {
  let known = { r: Number.NaN, a: Number.NaN, b: Number.NaN, bySize: new Map<number, Renewals[]>() }
  return (r, a, b, x) => {
    if (!(known.r === r && known.a === a && known.b === b)) known = { r, a, b, bySize: new Map() }
    const found = known.bySize.get(x)
    if (found) return found
    const dropout = member.dropout === 'never' ? null : { a, b: b + x + firstChance(member) }
    const made = Array.from({ length: member.k }, (_, j) =>
      renewals(r + member.k * x + j, member.k, j, dropout),
    )
    known.bySize.set(x, made)
    return made
  }
}

/** Over the stages that may have passed since the last purchase, by their chances. */
function staged(
  all: readonly Renewals[],
  name: keyof Renewals,
  { alive, m, rate, u }: Standing,
  t: number,
): number {
  const z = t / (rate + t)
  let [sum, weight, weights] = [0, 1, 0]
  for (let j = 0; j < all.length; j += 1) {
    if (j > 0) weight *= ((m + j - 1) / j) * u
    sum += weight * (all[j] as Renewals)[name](z)
    weights += weight
  }
  return (alive * sum) / weights
}

/** Gone already; or stayed while n purchases fit into t; or left at the n-th. */
function chance(member: Member, params: Params, [x, tx, T]: History, t: number, n: number): number {
  const { alive, m, rate, u, dropout } = standing(member, params, x, tx, T)
  const z = t / (rate + t)
  const stays = dropout ? meanStay(dropout, n) : 1
  const leaves = dropout && n > 0 ? meanStay(dropout, n - 1) - stays : 0
  let [sum, weight, weights] = [0, 1, 0]
  for (let j = 0; j < member.k; j += 1) {
    if (j > 0) weight *= ((m + j - 1) / j) * u
    const due = member.k * n - j
    for (let at = Math.max(0, due); at < due + member.k; at += 1)
      sum += weight * stays * stagePoint(m + j, z, at)
    sum += weight * leaves * stageTail(m + j, z, due)
    weights += weight
  }
  return (alive * sum) / weights + (n === 0 ? 1 - alive : 0)
}

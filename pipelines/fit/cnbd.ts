import { cnbdLikelihood, type Dropout, firstChance, type Member, stages } from './cnbd-likelihood.ts'
import { onePattern } from './columns.ts'
import { forecasts } from './forecasts.ts'
import type { Params, PurchaseModel, Standing } from './model.ts'
import { concentrated, fitPurchases, type Leaving } from './purchase-fit.ts'
import { renewalChances } from './renewal-chances.ts'
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
  return forecasts({
    name,
    parameters,
    fit: (patterns) => fitPurchases(name, k, leavingOf(member), patterns),
    logLikelihood: (params, x, tx, T) => {
      const at = Float64Array.from(parameters, (parameter) => params[parameter] as number)
      return cnbdLikelihood(member, onePattern(x, tx, T))(at, new Float64Array(at.length))
    },
    standing: (params, x, tx, T) => standing(member, params, x, tx, T),
    staying: (params, x, T) => {
      const { r, alpha, a, b } = params as { r: number; alpha: number; a: number; b: number }
      const rate = alpha + T
      return future(r, a ?? 0, b ?? 0, x).map((renewal, j) => ({
        mean: (t) => renewal.mean(t / (rate + t)),
        second: (t) => renewal.second(t / (rate + t)),
        chances: (t) => renewalChances(r + k * x + j, t / (rate + t), k, j, dropoutAfter(member, params, x)),
      }))
    },
    chance: (params, x, tx, T, t, n) => chance(member, params, [x, tx, T], t, n),
  })
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

/** Beta of the chance to leave, given the chances not taken; null where nobody leaves. */
function dropoutAfter(member: Member, { a, b }: Params, x: number): Beta | null {
  if (member.dropout === 'never') return null
  return { a: a as number, b: (b as number) + x + firstChance(member) }
}

const oneStage = [1]

function standing(member: Member, params: Params, x: number, tx: number, T: number): Standing {
  const { r, alpha, a, b } = params as { r: number; alpha: number; a: number; b: number }
  const m = r + member.k * x
  const u = (T - tx) / (alpha + T)
  const passed = member.k === 1 ? oneStage : stageChances(member.k, m, u)
  const chances = member.dropout === 'never' ? 0 : x + firstChance(member)
  if (chances === 0) return { alive: 1, stages: passed }
  const sum = member.k === 1 ? 1 : stages(member.k, m, u).sum
  const logStay = m * Math.log1p(-u) + Math.log(sum)
  return { alive: 1 / (1 + (a / (b + chances - 1)) * Math.exp(-logStay)), stages: passed }
}

/** The chances of j stages having passed since the last purchase, j < k, where no purchase came. */
function stageChances(k: number, m: number, u: number): number[] {
  const weights = [1]
  for (let j = 1; j < k; j += 1) weights.push((weights[j - 1] as number) * ((m + j - 1) / j) * u)
  const sum = weights.reduce((all, weight) => all + weight, 0)
  return weights.map((weight) => weight / sum)
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

/** Gone already; or stayed while n purchases fit into t; or left at the n-th. Exact, however small. */
function chance(member: Member, params: Params, [x, tx, T]: History, t: number, n: number): number {
  const { r, alpha } = params as { r: number; alpha: number }
  const { alive, stages: passed } = standing(member, params, x, tx, T)
  const dropout = dropoutAfter(member, params, x)
  const [m, z] = [r + member.k * x, t / (alpha + T + t)]
  const stays = dropout ? meanStay(dropout, n) : 1
  const leaves = dropout && n > 0 ? meanStay(dropout, n - 1) - stays : 0
  let sum = 0
  for (let j = 0; j < member.k; j += 1) {
    const weight = passed[j] as number
    const due = member.k * n - j
    for (let at = Math.max(0, due); at < due + member.k; at += 1)
      sum += weight * stays * stagePoint(m + j, z, at)
    sum += weight * leaves * stageTail(m + j, z, due)
  }
  return alive * sum + (n === 0 ? 1 - alive : 0)
}

import { distinct, weightsOf } from './columns.ts'
import type { Objective } from './maximise.ts'
import type { Patterns } from './model.ts'
import { digamma, logGamma, logRising } from './special.ts'

/**
 * When a customer may leave: never (NBD, CNBD-k), after each repeat purchase (BG), or after every purchase,
 * the first included (MBG).
 */
export type Dropout = 'never' | 'after_repeat' | 'after_every'

/** A member of the family: gaps between purchases are Erlang with `k` stages. */
export interface Member {
  dropout: Dropout
  k: number
}

/** Chances to leave that the first purchase gave: 0 or 1. */
export const firstChance = ({ dropout }: Member): number => (dropout === 'after_every' ? 1 : 0)

/**
 * The log-likelihood of the BG/CNBD-k family and its gradient over patterns with counts, without the constant
 * of the gaps (`gapConstant`). Platzer & Reutterer, "Ticking away the moments" (Marketing Science 35, 2016) and
 * "Leveraging purchase regularity" (IJRM 38, 2021); with k = 1 it is Fader, Hardie & Lee (Marketing Science 24,
 * 2005), eq. 6 (BG/NBD), and Batislam, Denizel & Filiztekin (IJRM 24, 2007) (MBG/NBD).
 *
 *   L = (r)ₖₓ αʳ (α+t_x)⁻ᵐ · B(a, b+c)/B(a, b) · { a/(b+c−1) + ((α+t_x)/(α+T))ᵐ Σ_j<k (m)ⱼ uʲ/j! },
 *   m = r + kx, u = (T−t_x)/(α+T), c = chances to leave.
 *
 * The first term in the braces is the customer who has left; it is missing where there was no chance to.
 */
export function cnbdLikelihood(member: Member, patterns: Patterns): Objective {
  const bySize = distinct(patterns.x)
  const column = () => new Float64Array(bySize.values.length)
  const sizes: Sizes = {
    x: bySize.values,
    index: bySize.index,
    customers: weightsOf(bySize, patterns.n),
    m: column(),
    logLeft: column(),
    leftB: column(),
  }
  const [last, end] = [shifts(patterns.tx), shifts(patterns.T)]
  return (at, gradient) => {
    const [, alpha, a] = at as unknown as [number, number, number]
    last.shift(alpha)
    end.shift(alpha)
    const value = sizeTerms(member, sizes, at, gradient)
    const rows = rowTerms(member, patterns.n, sizes, last, end)
    const slopes = [rows.dr, rows.dAlpha, rows.left / a, -rows.leftB]
    for (let i = 0; i < gradient.length; i += 1) gradient[i] = (gradient[i] as number) + (slopes[i] as number)
    return value + rows.value
  }
}

/** The braces, and (α+t_x)⁻ᵐ: what differs from row to row. */
function rowTerms(member: Member, n: Float64Array, sizes: Sizes, last: Shifts, end: Shifts) {
  let [value, dr, dAlpha, left, leftB] = [0, 0, 0, 0, 0]
  for (let i = 0; i < n.length; i += 1) {
    const count = n[i] as number
    const position = sizes.index[i] as number
    const m = sizes.m[position] as number
    const fromLast = last.log[last.index[i] as number] as number
    const overLast = last.over[last.index[i] as number] as number
    const overEnd = end.over[end.index[i] as number] as number
    let stayR = fromLast - (end.log[end.index[i] as number] as number)
    let stayAlpha = m * (overLast - overEnd)
    let logStay = m * stayR
    if (member.k > 1) {
      const u = 1 - overEnd / overLast
      const part = stages(member.k, m, u)
      logStay += Math.log(part.sum)
      stayR += part.dm / part.sum
      stayAlpha -= (u * overEnd * part.du) / part.sum
    }
    let stay = count
    let logEither = logStay
    const logLeft = sizes.logLeft[position] as number
    if (logLeft > Number.NEGATIVE_INFINITY) {
      const odds = Math.exp(logLeft - logStay)
      stay = count / (1 + odds)
      logEither = odds < 1e300 ? logStay + Math.log1p(odds) : logLeft
      left += count - stay
      leftB += (count - stay) * (sizes.leftB[position] as number)
    }
    value += count * (logEither - m * fromLast)
    dr += stay * stayR - count * fromLast
    dAlpha += stay * stayAlpha - count * m * overLast
  }
  return { value, dr, dAlpha, left, leftB }
}

type Shifts = ReturnType<typeof shifts>

/** ln(α + t) and 1/(α + t) by distinct t. */
function shifts(column: Float64Array) {
  const { values, index } = distinct(column)
  const [log, over] = [new Float64Array(values.length), new Float64Array(values.length)]
  const shift = (alpha: number) => {
    for (let i = 0; i < values.length; i += 1) {
      const moved = alpha + (values[i] as number)
      log[i] = Math.log(moved)
      over[i] = 1 / moved
    }
  }
  return { index, log, over, shift }
}

/** By distinct x. */
interface Sizes {
  x: Float64Array
  /** Of each row. */
  index: Int32Array
  customers: Float64Array
  /** r + kx; ln of the odds of having left at the last chance; 1 / (b + c − 1). */
  m: Float64Array
  logLeft: Float64Array
  leftB: Float64Array
}

/** The part of the log-likelihood that depends on x alone; begins the gradient, and fills in the sizes. */
function sizeTerms(member: Member, sizes: Sizes, at: Float64Array, gradient: Float64Array): number {
  const [r, alpha, a, b] = at as unknown as [number, number, number, number]
  const [logAlpha, psiR] = [Math.log(alpha), digamma(r)]
  let [value, dr, dAlpha, da, db] = [0, 0, 0, 0, 0]
  for (let i = 0; i < sizes.x.length; i += 1) {
    const stages = member.k * (sizes.x[i] as number)
    const count = sizes.customers[i] as number
    sizes.m[i] = r + stages
    value += count * (logRising(r, stages) + r * logAlpha)
    dr += count * (digamma(r + stages) - psiR + logAlpha)
    dAlpha += (count * r) / alpha
    const chances = (sizes.x[i] as number) + firstChance(member)
    sizes.logLeft[i] = Number.NEGATIVE_INFINITY
    if (member.dropout === 'never' || chances === 0) continue
    // B(a, b+c)/B(a, b) = (b)_c / (a+b)_c
    value += count * (logRising(b, chances) - logRising(a + b, chances))
    const shared = digamma(a + b) - digamma(a + b + chances)
    da += count * shared
    db += count * (shared + digamma(b + chances) - digamma(b))
    sizes.leftB[i] = 1 / (b + chances - 1)
    sizes.logLeft[i] = Math.log(a / (b + chances - 1))
  }
  gradient.set(member.dropout === 'never' ? [dr, dAlpha] : [dr, dAlpha, da, db])
  return value
}

/** Σ_j<k (m)ⱼ uʲ / j!, which holds the chance that no k-th stage has passed since the last purchase; derivatives. */
export function stages(k: number, m: number, u: number): { sum: number; dm: number; du: number } {
  let [coefficient, power, slope, sum, dm, du] = [1, 1, 0, 1, 0, 0]
  for (let j = 1; j < k; j += 1) {
    coefficient *= (m + j - 1) / j
    slope += 1 / (m + j - 1)
    du += j * coefficient * power
    power *= u
    sum += coefficient * power
    dm += coefficient * power * slope
  }
  return { sum, dm, du }
}

/** What the density of the gaps adds for k > 1: (k − 1) Σ ln(gap) − Σ x ln Γ(k). The same at all parameters. */
export function gapConstant(k: number, purchases: number, logGaps: number): number {
  return k === 1 ? 0 : (k - 1) * logGaps - purchases * logGamma(k)
}

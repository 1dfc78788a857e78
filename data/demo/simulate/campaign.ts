import type { Market } from './markets.ts'
import type { Medium } from './people.ts'

/** What the firm knows of a customer on the day a campaign is selected. */
export interface Standing {
  /** Days since the last order; Infinity without one. */
  silent: number
  purchases: number
  taste: number
}

/** One send: whom, when, with what true effect. */
export interface Campaign {
  id: string
  name: string
  purpose: 'reactivation' | 'cross_sell' | 'acquisition' | 'retention' | 'launch'
  medium: Medium | 'programme'
  day: number
  /** Days in which an order counts as an answer. */
  window: number
  markets: readonly Market[]
  audience: string
  includes: (standing: Standing) => boolean
  /** Share of the audience that is taken, and the share of those taken that is sent the piece. */
  reach: number
  treated: number
  /** True chance that the piece brings an order that would not have been. */
  uplift: number
  /** True chance that the piece drives off an order that would have been. */
  suppress: number
  /** True factor on the rate of ordering, for as long as the customer stays (the programme). */
  paceLift: number
  offer: string
  coupon: string | null
  fixedCost: number
  unitCost: number
  /** Share of buyers who give the key code. */
  keyShare: number
}

/** A list that was mailed once: its campaign and what the names on it are truly worth. */
export interface ListCampaign extends Campaign {
  list: 0 | 1 | 2
  /** Chance in the window of an order without any piece. */
  base: number
  /** How fast and how faithfully those who come go on to order. */
  pace: number
  loyalty: number
}

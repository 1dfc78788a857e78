import { dayOf, endDay, firstDay } from './calendar.ts'
import type { Campaign, ListCampaign } from './campaign.ts'
import { type Slot, yearly } from './campaign-slots.ts'

/** Every campaign of the firm to the last day that is lived through, in order of its day. */
export const campaignPlan: readonly Campaign[] = [2022, 2023, 2024, 2025, 2026, 2027, 2028, 2029]
  .flatMap((year) => yearly.filter((slot) => year >= (slot.from ?? 2022)).map((slot) => sendOf(slot, year)))
  .filter(({ day }) => day > firstDay + 60 && day < endDay)
  .sort((a, b) => a.day - b.day)

function sendOf({ code, on, uplifts, from = 2022, ...slot }: Slot, year: number): Campaign {
  return {
    ...slot,
    id: `${code}${String(year).slice(2)}`,
    name: `${slot.name} ${year}`,
    day: dayOf(`${year}-${on}`),
    uplift: uplifts[Math.min(year - from, uplifts.length - 1)] as number,
    suppress: slot.suppress ?? 0,
    paceLift: slot.paceLift ?? 1,
  }
}

const listSlot = (
  list: 0 | 1 | 2,
  id: string,
  day: string,
  fields: Pick<
    ListCampaign,
    'name' | 'medium' | 'uplift' | 'base' | 'pace' | 'loyalty' | 'unitCost' | 'offer' | 'coupon'
  >,
): ListCampaign => ({
  purpose: 'acquisition',
  window: 60,
  markets: [list],
  audience: 'Net names of the list',
  includes: () => true,
  reach: 1,
  treated: 0.85,
  suppress: 0,
  paceLift: 1,
  fixedCost: 9000,
  keyShare: 0.7,
  list,
  id,
  day: dayOf(day),
  ...fields,
})

export const listCampaigns: readonly ListCampaign[] = [
  listSlot(0, 'LGB25', '2025-09-08', {
    name: 'Gift buyers, first letter',
    medium: 'mail',
    uplift: 0.008,
    base: 0.002,
    pace: 0.65,
    loyalty: 0.7,
    unitCost: 3.9,
    offer: '12 % off the first order',
    coupon: 'GIFT12',
  }),
  listSlot(1, 'LEX25', '2025-06-16', {
    name: 'Expo visitors, invitation',
    medium: 'email',
    uplift: 0.024,
    base: 0.003,
    pace: 1.25,
    loyalty: 1.4,
    unitCost: 0.4,
    offer: 'A tasting in the shop',
    coupon: null,
  }),
  listSlot(2, 'LHH25', '2025-10-06', {
    name: 'Households, autumn catalogue',
    medium: 'mail',
    uplift: 0.017,
    base: 0.003,
    pace: 1,
    loyalty: 1,
    unitCost: 6.8,
    offer: 'Catalogue and a sample',
    coupon: 'LEAF10',
  }),
]

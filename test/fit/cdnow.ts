import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { historyOf } from './histories.ts'

const file = join(import.meta.dirname, '../../../shared/data/cdnow/CDNOW_sample.txt')
export const hasCdnow = existsSync(file)
export const whyNot = hasCdnow ? '' : ' (skipped: shared/data/cdnow is not here)'

export interface CdnowCustomer {
  x: number
  tx: number
  T: number
  logGaps: number
  /** Purchase days in the 39 weeks held out. */
  later: number
  /** Mean spend of the repeat purchase days; 0 without one. */
  spend: number
}

/** The 2,357 customers of the sample, in weeks of exact days, calibrated to 1997-09-30, in the order of the file. */
export function cdnow(): CdnowCustomer[] {
  const customers = new Map<string, Map<number, number>>()
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const [, id, date, , dollars] = line.trim().split(/\s+/) as [string, string, string, string, string]
    const days = customers.get(id) ?? new Map<number, number>()
    const day = dayOf(date)
    days.set(day, (days.get(day) ?? 0) + Number(dollars))
    customers.set(id, days)
  }
  const end = dayOf('19970930')
  return [...customers.values()].map((days) => {
    const times = [...days.keys()].sort((a, b) => a - b)
    const weeks = times.map((day) => day / 7)
    const history = historyOf(weeks, end / 7, (end + 273) / 7)
    const repeats = times.slice(1, history.x + 1)
    const spent = repeats.reduce((sum, day) => sum + (days.get(day) as number), 0)
    return { ...history, x: history.x, spend: history.x === 0 ? 0 : spent / history.x }
  })
}

function dayOf(date: string): number {
  return (
    Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6, 8))) / 86_400_000
  )
}

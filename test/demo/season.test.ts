import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  dateOf,
  dayOf,
  endDay,
  firmDayOf,
  firstDay,
  momentOf,
  offsetOf,
} from '../../data/demo/simulate/calendar.ts'
import { type Market, seasons } from '../../data/demo/simulate/markets.ts'

const anyMarket = fc.constantFrom<Market>(0, 1, 2)

test('busy days are long, and an average day is one unit', () => {
  for (const season of seasons) {
    const days = endDay - firstDay + 1
    expect(season.passed(endDay + 0.999999)).toBeCloseTo(days, 1)
  }
  expect(seasons[2]?.weight(dayOf('2024-12-14'))).toBeGreaterThan(
    1.7 * (seasons[2]?.weight(dayOf('2024-06-15')) as number),
  )
  expect(seasons[0]?.weight(dayOf('2024-11-09'))).toBeGreaterThan(
    1.4 * (seasons[0]?.weight(dayOf('2024-06-22')) as number),
  )
})

test('timeAt undoes passed', () => {
  fc.assert(
    fc.property(anyMarket, fc.double({ min: firstDay, max: endDay, noNaN: true }), (market, time) => {
      const season = seasons[market] as (typeof seasons)[number]
      expect(season.timeAt(season.passed(time))).toBeCloseTo(time, 6)
    }),
  )
  expect(seasons[0]?.timeAt(1e9)).toBe(Number.POSITIVE_INFINITY)
})

test('dates and days', () => {
  expect(dateOf(dayOf('2024-02-29'))).toBe('2024-02-29')
  expect(momentOf(dayOf('2024-02-29') * 86_400 + 61)).toBe('2024-02-29T00:01:01Z')
  // 16:00 UTC is midnight in Shanghai.
  expect(firmDayOf(dayOf('2024-02-29') * 86_400 + 16 * 3600)).toBe(dayOf('2024-03-01'))
  expect(firmDayOf(dayOf('2024-02-29') * 86_400 + 16 * 3600 - 1)).toBe(dayOf('2024-02-29'))
})

test('British summer time runs from the last Sunday of March to the last of October', () => {
  const hours = (date: string) => offsetOf(2, dayOf(date)) / 3600
  expect(['2025-03-29', '2025-03-30', '2025-10-25', '2025-10-26'].map(hours)).toEqual([0, 1, 1, 0])
  expect(offsetOf(0, dayOf('2025-07-01'))).toBe(8 * 3600)
})

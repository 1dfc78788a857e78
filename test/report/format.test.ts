import { expect, test } from 'vitest'
import { openFormat } from '../../pipelines/report/format.ts'
import { scaleFor } from '../../pipelines/report/scale.ts'

const en = openFormat('en', 'GBP')
const zh = openFormat('zh-CN', 'CNY')

test('money in a sentence has three significant digits or no pence, and the reader’s own units', () => {
  expect([1234567, 45678, 8450.4, 12.345, 1.5, 0, -1234567, 2.5e9].map(en.money)).toEqual([
    '£1.23m',
    '£45.7k',
    '£8,450',
    '£12',
    '£1.5',
    '£0',
    '−£1.23m',
    '£2.5bn',
  ])
  expect([1234567, 45678, 8450.4, 0, -123456789].map(zh.money)).toEqual([
    '123万元',
    '4.57万元',
    '8,450元',
    '0元',
    '−1.23亿元',
  ])
})

test('shares, changes and points carry their sign and no needless digits', () => {
  expect([0.1234, 0.9, 0, 0.00042, 12.5].map(en.percent)).toEqual(['12.3%', '90%', '0%', '0.04%', '1,250%'])
  expect([0.042, -0.042].map(en.change)).toEqual(['+4.2%', '−4.2%'])
  expect(en.points(-0.0123)).toBe('−1.2 pp')
  expect([0.0001, -0.0001].map(en.points)).toEqual(['0.0 pp', '0.0 pp'])
  expect(zh.points(0.0123)).toBe('+1.2个百分点')
})

test('a rounded zero has no sign', () => {
  expect(en.number(-0.001)).toBe('0.00')
  expect(en.count(-0.4)).toBe('0')
})

test('dates are those of the calendar, whatever the clock of the machine', () => {
  expect([en.date('2025-12-31'), en.month('2025-01-01')]).toEqual(['31 December 2025', 'January 2025'])
  expect([zh.date('2025-12-31'), zh.month('2025-01-01')]).toEqual(['2025年12月31日', '2025年1月'])
  expect([en.dateShort('2025-12-31'), zh.dateShort('2025-12-31')]).toEqual(['31 Dec 2025', '2025/12/31'])
})

test('a column is written on one scale, named once', () => {
  const shown = (values: number[], reads: 'axis' | 'list') => {
    const scale = scaleFor(values, 'money', { locale: 'en', currency: 'GBP', reads })
    return [scale.label, ...values.map(scale.format)]
  }
  const sales = [12_345_678, 450_000, 20_400, -20_400]
  expect(shown(sales, 'axis')).toEqual(['£ million', '12.3', '0.5', '0.0', '0.0'])
  expect(shown(sales, 'list')).toEqual(['£ thousand', '12,346', '450', '20', '−20'])
  expect(shown([28_431, 1_068, 883], 'list')).toEqual(['£', '28,431', '1,068', '883'])
  const inChinese = scaleFor([12_345_678], 'money', { locale: 'zh-CN', currency: 'GBP' })
  expect([inChinese.label, inChinese.format(12_345_678)]).toEqual(['万英镑', '1,235'])
  const people = scaleFor([4_338], 'customers', { locale: 'en', currency: 'GBP', label: 'customers' })
  expect([people.label, people.format(4_338)]).toEqual(['customers', '4,338'])
  const apart = scaleFor([0.1234, -0.005], 'points', { locale: 'en', currency: 'GBP', label: 'points' })
  expect([apart.label, apart.format(0.1234), apart.format(-0.005)]).toEqual(['points', '12.3', '−0.5'])
})

test('an axis has no more digits than its steps need', () => {
  const ticks = (values: number[], unit: 'money' | 'percent' | 'number', low: number, high: number) => {
    const scale = scaleFor(values, unit, { locale: 'en', currency: 'GBP', reads: 'axis' })
    return values.map(scale.ticks(low, high))
  }
  expect(ticks([3e6, 6e6, 9e6], 'money', 0, 10.5e6)).toEqual(['3', '6', '9'])
  expect(ticks([1.2e6, 1.4e6, 2.2e6], 'money', 1.3e6, 2.2e6)).toEqual(['1.2', '1.4', '2.2'])
  expect(ticks([0.55, 0.6, 0.75], 'percent', 0.55, 0.75)).toEqual(['55%', '60%', '75%'])
  expect(ticks([-20, 0, 20], 'number', -27, 18)).toEqual(['−20', '0', '20'])
})

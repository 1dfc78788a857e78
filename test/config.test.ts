import { expect, test } from 'vitest'
import { readConfig } from '../pipelines/config.ts'
import type { ClienteleError } from '../pipelines/error.ts'

const least = { name: 'firm', title: 'A Firm', timeZone: 'Europe/London', reportingCurrency: 'GBP' }

test('defaults are laid under what a project says', () => {
  const config = readConfig({ ...least, params: { lapse_quantile: 0.95 } }, 'clientele.config.ts')
  expect(config.params).toMatchObject({ lapse_quantile: 0.95, at_risk_quantile: 0.75, horizon_months: 36 })
  expect(config.locales).toEqual(['en', 'zh-CN'])
})

test('every fault is reported at once', () => {
  const wrong = {
    ...least,
    name: 'A Firm',
    timeZone: 'Mars/Olympus',
    reportingCurrency: 'pounds',
    asOf: '1.2.2024',
  }
  try {
    readConfig(wrong, 'clientele.config.ts')
    expect.unreachable()
  } catch (error) {
    expect((error as ClienteleError).exitCode).toBe(2)
    expect((error as ClienteleError).faults.map(({ what }) => what.split(':')[0])).toEqual([
      'name',
      'timeZone',
      'reportingCurrency',
      'asOf',
    ])
  }
})

test('an unknown key is a fault', () => {
  expect(() => readConfig({ ...least, colour: 'red' }, 'c.ts')).toThrow(/colour/)
})

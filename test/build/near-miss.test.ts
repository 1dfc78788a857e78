import { expect, test } from 'vitest'
import { didYouMean, nearMisses } from '../../pipelines/near-miss.ts'

const names = ['core.orders', 'core.order_lines', 'staging.orders', 'rfm.scores', 'raw.people']

test.each([
  ['core.ordrs', ['core.orders']],
  ['core.ORDERS', ['core.orders', 'staging.orders']],
  ['orders', ['core.orders', 'staging.orders']],
  ['people', ['raw.people']],
  ['staging.people', ['raw.people']],
  ['score', ['rfm.scores']],
  ['rmf.score', ['rfm.scores']],
  ['core.x', []],
  ['warehouse.nothing', []],
])('%s', (name, expected) => {
  expect(nearMisses(name, names)).toEqual(expected)
})

test('asks in a sentence', () => {
  expect(didYouMean('orders', names)).toBe('Did you mean core.orders or staging.orders?')
  expect(didYouMean('descripton', ['description', 'grain'])).toBe('Did you mean description?')
  expect(didYouMean('owner', ['description', 'grain'])).toBeUndefined()
})

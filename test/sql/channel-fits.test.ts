import * as arrow from 'apache-arrow'
import { expect, test } from 'vitest'
import { mbgNbd } from '../../pipelines/fit/cnbd.ts'
import { stretches } from '../../pipelines/stretches.ts'
import channelFits from '../../sql/churn/channel_fits.ts'
import { patternsOf, uniforms } from '../fit/histories.ts'
import { drawCnbd } from '../fit/simulate.ts'

const member = { dropout: 'after_every', k: 1 } as const
const base = { r: 1.2, alpha: 10, a: 0.8, b: 4 }
const [end, hold] = [100, 26]

const draw = (params: typeof base, seed: number) =>
  drawCnbd(member, params, { customers: 800, end, hold, next: uniforms(seed) })
type Drawn = ReturnType<typeof draw>

/** As the model's input has them: a row a customer, in days. */
function rowsOf(channels: Record<string, Drawn>) {
  const rows = ['calibration', 'full'].flatMap((basis) =>
    Object.entries(channels).flatMap(([channel, drawn]) =>
      drawn.map(({ x, tx, T, later, logGaps }) => {
        const log_gaps = logGaps + x * Math.log(7)
        return { basis, kind: 'person', channel, x, t_x: 7 * tx, age: 7 * T, later, customers: 1, log_gaps }
      }),
    ),
  )
  return arrow.tableFromJSON(rows)
}

function judged(channels: Record<string, Drawn>) {
  const { params } = mbgNbd.fit(patternsOf(Object.values(channels).flat()))
  const choices = arrow.tableFromJSON([{ kind: 'person', model: 'mbg_nbd', ...params }])
  const inputs = { choices, patterns: rowsOf(channels) }
  return channelFits.run({ inputs, params: { holdout_days: 7 * hold }, asOf: '2026-06-30' }) as Record<
    string,
    unknown[]
  >
}

test('channels whose customers are unlike have parameters of their own, the small ones together do not', () => {
  const found = judged({
    online: draw(base, 1),
    other: draw(base, 2).slice(0, 20),
    staff: draw({ r: 6, alpha: 200, a: 2, b: 1 }, 3),
  })
  expect(found.channel).toEqual(['online', 'other', 'staff'])
  expect(found.is_used).toEqual([true, true, true])
  expect(found.error_apart?.[0]).toBeLessThan(0.99 * (found.error_together?.[0] as number))
  const alpha = found.alpha as (number | null)[]
  expect(alpha[0]).toBeLessThan(20)
  expect(alpha[1]).toBeNull()
  expect(alpha[2]).toBeGreaterThan(50)
})

test('channels that are alike are not told apart, and one alone is not judged', () => {
  const found = judged({ online: draw(base, 4), staff: draw(base, 5) })
  expect(found.is_used).toEqual([false, false])
  expect(found.r).toEqual([null, null])
  expect(judged({ online: draw(base, 6) }).kind).toEqual([])
})

test('a sorted table is cut where a key changes', () => {
  const table = arrow.tableFromJSON(
    [
      ['a', 'x', 1],
      ['a', 'x', 2],
      ['a', 'y', 3],
      ['b', 'y', 4],
    ].map(([first, second, n]) => ({ first, second, n })),
  )
  const cut = stretches(table, ['first', 'second'])
  expect(cut.map(({ keys }) => `${keys.first}${keys.second}`)).toEqual(['ax', 'ay', 'by'])
  expect(cut.map(({ column }) => [...column('n')])).toEqual([[1, 2], [3], [4]])
  expect(cut[0]?.column('none')).toHaveLength(0)
})

import { expect, test } from 'vitest'
import { kMeans, silhouette } from '../../pipelines/fit/clusters.ts'
import { normal, uniforms } from './histories.ts'

/** Three heaps at (0, 0), (10, 0) and (0, 10). */
const heaps = () => {
  const next = uniforms(9)
  const centres = [0, 0, 10, 0, 0, 10]
  const values = Array.from({ length: 90 }, (_, i) => [
    (centres[2 * (i % 3)] as number) + normal(next),
    (centres[2 * (i % 3) + 1] as number) + normal(next),
  ])
  return { values: Float64Array.from(values.flat()), dimensions: 2 }
}

test('three heaps are found, and three is the best number of them', () => {
  const points = heaps()
  const found = kMeans(points, 3, uniforms(1))
  expect(new Set(found?.labels.subarray(0, 3)).size).toBe(3)
  expect(found?.labels.every((label, i) => label === found.labels[i % 3])).toBe(true)
  const widths = [2, 3, 4, 5].map((k) => {
    const { labels } = kMeans(points, k, uniforms(1)) as NonNullable<ReturnType<typeof kMeans>>
    return silhouette(points, labels, k) as number
  })
  expect(Math.max(...widths)).toBe(widths[1])
  expect(widths[1]).toBeGreaterThan(0.7)
})

test('the same seed gives the same clusters; fewer distinct points than clusters give none', () => {
  const points = heaps()
  expect(kMeans(points, 4, uniforms(2))).toEqual(kMeans(points, 4, uniforms(2)))
  expect(kMeans({ values: new Float64Array(20), dimensions: 2 }, 3, uniforms(1))).toBeNull()
  expect(kMeans({ values: Float64Array.of(1, 2), dimensions: 2 }, 3, uniforms(1))).toBeNull()
})

test('the silhouette of four points, by hand', () => {
  // 0 and 1 against 10 and 11: a = 1; b = 10.5, 9.5, 9.5, 10.5.
  const line = { values: Float64Array.of(0, 1, 10, 11), dimensions: 1 }
  const expected = (2 * (9.5 / 10.5) + 2 * (8.5 / 9.5)) / 4
  expect(silhouette(line, Int32Array.of(0, 0, 1, 1), 2)).toBeCloseTo(expected, 12)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Box, layOut } from '../../pipelines/catalog/site/layout.ts'

const box = (id: string, width = 100): Box => ({ id, width, height: 20 })
const gaps = { x: 40, y: 10 }

test('a box stands to the right of all that lead to it, one that nothing leads to next to what it leads to', () => {
  const { boxes } = layOut(
    ['a', 'b', 'c', 'late'].map((id) => box(id)),
    [
      ['a', 'b'],
      ['b', 'c'],
      ['late', 'c'],
    ],
    gaps,
  )
  expect(boxes.map(({ id, x }) => [id, x])).toEqual([
    ['a', 0],
    ['b', 140],
    ['late', 140],
    ['c', 280],
  ])
})

test('lines that need not cross do not', () => {
  const { boxes } = layOut(
    ['a', 'b', 'x', 'y'].map((id) => box(id)),
    [
      ['a', 'y'],
      ['b', 'x'],
    ],
    gaps,
  )
  const y = new Map(boxes.map((one) => [one.id, one.y]))
  expect(Math.sign((y.get('a') as number) - (y.get('b') as number))).toBe(
    Math.sign((y.get('y') as number) - (y.get('x') as number)),
  )
})

/** Any graph without circles: edges lead from a lower number to a higher one. */
const graphs = fc.integer({ min: 2, max: 25 }).chain((size) =>
  fc.tuple(
    fc.array(fc.integer({ min: 40, max: 160 }), { minLength: size, maxLength: size }),
    fc.uniqueArray(
      fc.tuple(fc.nat(size - 1), fc.nat(size - 1)).filter(([a, b]) => a < b),
      { selector: String, maxLength: 60 },
    ),
  ),
)

test('no two boxes meet, every line runs from left to right between its boxes, and the same input gives the same picture', () => {
  fc.assert(
    fc.property(graphs, ([widths, pairs]) => {
      const given = widths.map((width, i) => box(String(i), width))
      const edges = pairs.map(([a, b]): [string, string] => [String(a), String(b)])
      const layout = layOut(given, edges, gaps)
      const places = new Map(layout.boxes.map((one) => [one.id, one]))
      expect(places.size).toBe(given.length)
      for (const [i, one] of layout.boxes.entries()) {
        expect(
          one.x >= 0 &&
            one.y >= 0 &&
            one.x + one.width <= layout.width &&
            one.y + one.height <= layout.height,
        ).toBe(true)
        for (const other of layout.boxes.slice(i + 1)) {
          const apart =
            one.x + one.width <= other.x ||
            other.x + other.width <= one.x ||
            one.y + one.height <= other.y ||
            other.y + other.height <= one.y
          expect(apart).toBe(true)
        }
      }
      for (const { from, to, points } of layout.lines) {
        const [start, end] = [places.get(from), places.get(to)]
        expect(points[0]?.[0]).toBe((start?.x ?? 0) + (start?.width ?? 0))
        expect(points.at(-1)?.[0]).toBe(end?.x)
        for (const [i, [x]] of points.slice(1).entries())
          expect(x).toBeGreaterThanOrEqual((points[i] as [number, number])[0])
      }
      expect(layOut(given, edges, gaps)).toEqual(layout)
    }),
  )
})

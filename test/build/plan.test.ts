import fc from 'fast-check'
import { expect, test } from 'vitest'
import { orderOf } from '../../pipelines/build/plan.ts'
import { noReferences } from '../../pipelines/build/references.ts'
import type { Model } from '../../pipelines/build/source.ts'
import type { Fault } from '../../pipelines/error.ts'

/** Models that read one another, by name. */
function modelsOf(edges: Record<string, string[]>): Map<string, Model> {
  const file = { key: '', path: '', shown: 'x.sql', text: 'select' }
  return new Map(
    Object.entries(edges).map(([name, reads]) => {
      const tables = reads.map((read) => ({ name: read, at: 0 }))
      const select = { text: '', shift: 0, references: { ...noReferences, tables } }
      return [name, { language: 'sql', name, file, select } as unknown as Model]
    }),
  )
}

/** Any graph without a cycle: a model reads only those of a smaller number. */
const acyclic = fc
  .array(fc.array(fc.nat(30), { maxLength: 4 }), { minLength: 1, maxLength: 30 })
  .map((reads) =>
    Object.fromEntries(
      reads.map((some, i) => [`s.m${i}`, [...new Set(some.filter((j) => j < i).map((j) => `s.m${j}`))]]),
    ),
  )

test('every model comes after those it reads, whatever order the files are found in', () => {
  fc.assert(
    fc.property(acyclic, fc.infiniteStream(fc.nat()), (edges, random) => {
      const faults: Fault[] = []
      const order = orderOf(modelsOf(edges), new Map(), faults).map(({ name }) => name)
      expect(faults).toEqual([])
      expect(order.toSorted()).toEqual(Object.keys(edges).toSorted())
      for (const [name, reads] of Object.entries(edges)) {
        for (const read of reads) expect(order.indexOf(read)).toBeLessThan(order.indexOf(name))
      }
      const shuffled = Object.entries(edges)
        .map((edge) => [random.next().value, edge] as const)
        .toSorted(([a], [b]) => a - b)
        .map(([, edge]) => edge)
      const again = orderOf(modelsOf(Object.fromEntries(shuffled)), new Map(), []).map(({ name }) => name)
      expect(again).toEqual(order)
    }),
    { numRuns: 200, seed: 20240331 },
  )
})

test('each circle is told once, with its path', () => {
  const faults: Fault[] = []
  orderOf(
    modelsOf({ 's.a': ['s.b'], 's.b': ['s.a'], 's.c': ['s.c'], 's.d': ['s.a', 's.e'], 's.e': [] }),
    new Map(),
    faults,
  )
  expect(faults.map(({ what }) => what)).toEqual([
    'models read each other in a circle: s.a -> s.b -> s.a',
    's.c reads itself',
  ])
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../../pipelines/duckdb.ts'
import { fuzz, judge, kinds } from './fuzz.ts'

// More of them: `node bench/fuzz.ts`, 10,000 without a number.

test('every sound file lands whole', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-kinds-'))
  const db = await openDatabase(':memory:')
  try {
    for (const kind of await kinds(db, dir)) {
      const { rows, rejects, wrong } = await judge(db, kind, kind.sound)
      expect({ kind: kind.name, rows, rejects, wrong }).toEqual({
        kind: kind.name,
        rows: kind.records,
        rejects: 0,
        wrong: [],
      })
    }
  } finally {
    db.close()
    await rm(dir, { recursive: true })
  }
})

test('mutated files of every format and encoding: a clear refusal, or every record accounted for', async () => {
  const { seen, wrong } = await fuzz(76, 20_240_301)
  expect(wrong).toEqual([])
  const counts = [...seen.values()]
  // The test is worth something only when files were landed and refused.
  expect(counts.reduce((sum, { landed }) => sum + landed, 0)).toBeGreaterThan(15)
  expect(counts.reduce((sum, { refused }) => sum + refused, 0)).toBeGreaterThan(15)
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../../pipelines/duckdb.ts'
import { fuzz } from './fuzz/fuzz.ts'
import { judge } from './fuzz/judge.ts'
import { kinds, soundRecords } from './fuzz/kinds.ts'

// More of them: `node bench/fuzz.ts`, 10,000 without a number.

test('every sound file lands whole', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-kinds-'))
  const db = await openDatabase(':memory:')
  try {
    for (const kind of await kinds(db, dir)) {
      const { rows, rejects, wrong } = await judge(db, kind, kind.sound)
      expect({ kind: kind.name, rows, rejects, wrong }).toEqual({
        kind: kind.name,
        rows: soundRecords,
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
  const seeds = Array.from({ length: 78 }, (_, i) => 20_240_301 + i)
  const outcomes = await Array.fromAsync(fuzz(seeds))
  expect(outcomes.filter(({ wrong }) => wrong.length > 0)).toEqual([])
  // The test is worth something only when files were landed and refused.
  const count = (what: string) => outcomes.filter((outcome) => outcome.became === what).length
  expect(count('landed')).toBeGreaterThan(15)
  expect(count('refused')).toBeGreaterThan(15)
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../../pipelines/duckdb.ts'
import { judge, type Outcome } from './judge.ts'
import { kinds } from './kinds.ts'
import { mutate, seeded } from './mutate.ts'

/** One mutated file and what became of it; kind and seed are what is needed to see it again. */
export interface Fuzzed extends Outcome {
  kind: string
  seed: number
}

/** Mutates the kinds in turn, a seed a file. Before each, `begin` is told. */
export async function* fuzz(
  seeds: Iterable<number>,
  begin: (kind: string, seed: number) => void = () => undefined,
): AsyncGenerator<Fuzzed> {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-kinds-'))
  const db = await openDatabase(':memory:', { threads: 1 })
  try {
    const all = await kinds(db, dir)
    for (const seed of seeds) {
      const kind = all[seed % all.length] as (typeof all)[number]
      begin(kind.name, seed)
      yield { kind: kind.name, seed, ...(await judge(db, kind, mutate(kind.sound, seeded(seed)))) }
    }
  } finally {
    db.close()
    await rm(dir, { recursive: true, force: true })
  }
}

import { existsSync } from 'node:fs'
import { readSources } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import type { Project } from '../project.ts'
import type { GivenColumn } from './columns.ts'
import { digest, digestFiles, filesBelow } from './digest.ts'
import { createEmpty, layContracts, openBare } from './empty.ts'
import { externalTables } from './inputs.ts'
import type { Memory } from './memory.ts'
import type { Parameters } from './parameters.ts'
import { readStanding, type Standing } from './store.ts'

/** Empty tables to bind SELECTs against, each made when the first SELECT that reads it is to be bound. */
export interface Ground {
  db: Db
  standing: Standing
  /** Tables that load would make. */
  external: ReadonlySet<string>
  /** Columns of the models that are sound. */
  columns: Map<string, readonly GivenColumn[]>
  /** What stands besides models: contracts and parameters. */
  fingerprint: string
  /** Makes those of the tables that are not there and whose columns are known. */
  stand(tables: Iterable<string>): Promise<void>
}

/** Contracts that were sound when they had the same text are read only when a table of theirs is needed. */
export async function openGround(project: Project, parameters: Parameters, memory: Memory): Promise<Ground> {
  const { sources } = project.paths
  const contracts = await digestFiles(existsSync(sources) ? await filesBelow(sources) : [])
  const known = memory.recall<string[]>('contracts', contracts)
  const read = known ? undefined : await readSources(project)
  const bare = await openBare(parameters)
  const lay = async () => layContracts(bare.db, read ?? (await readSources(project)))
  if (!known) await lay()
  const external = known ? new Set(known) : externalTables(await readStanding(bare.db))
  if (!known) memory.keep('contracts', contracts, [...external])
  const fingerprint = digest(contracts, JSON.stringify(parameters))
  return { ...growing(bare.db, external, known ? lay : undefined), standing: bare.standing, fingerprint }
}

function growing(
  db: Db,
  external: ReadonlySet<string>,
  lay?: () => Promise<void>,
): Pick<Ground, 'db' | 'external' | 'columns' | 'stand'> {
  const columns: Ground['columns'] = new Map()
  const made = new Set<string>()
  let isLaid = lay === undefined
  return {
    db,
    external,
    columns,
    async stand(tables) {
      for (const name of tables) {
        if (external.has(name) && !isLaid) {
          isLaid = true
          await lay?.()
        }
        const known = columns.get(name)
        if (!known || made.has(name)) continue
        made.add(name)
        await createEmpty(db, name, known)
      }
    },
  }
}

import { existsSync } from 'node:fs'
import { StatementType } from '@duckdb/node-api'
import { type Db, type Grid, openDatabase } from '../duckdb.ts'
import { faultOf, withPositions } from '../engine-error.ts'
import { ClienteleError, usageError } from '../error.ts'
import type { Project } from '../project.ts'
import { statements } from '../statements.ts'

/** Where a fault of the statement is said to be: it stands in no file. */
const here = 'the query'

/**
 * Runs one read-only statement on the published warehouse. `as_of()` and `param('…')` are those of the night that
 * made it. Throws when nothing is published, when it is not one reading statement, and the engine's errors with
 * their place in the statement.
 */
export async function query(project: Project, text: string): Promise<Grid> {
  const { warehouse } = project.paths
  if (!existsSync(warehouse)) {
    throw new ClienteleError({
      what: `nothing is published for ${project.config.name}`,
      how: 'Run clientele nightly first.',
    })
  }
  const db = await openDatabase(warehouse, { readOnly: true })
  try {
    return await withPositions(db, () => read(db, text))
  } finally {
    db.close()
  }
}

async function read(db: Db, text: string): Promise<Grid> {
  try {
    await refuseWriting(db, text)
    return await db.grid(text)
  } catch (error) {
    if (error instanceof ClienteleError) throw error
    if (error instanceof RangeError) throw new ClienteleError({ what: error.message })
    throw new ClienteleError(
      faultOf(error, text, { file: here, text, shift: 0 }, 'the query does not run'),
      1,
      {
        cause: error,
      },
    )
  }
}

const reading = new Set<number>([StatementType.SELECT, StatementType.EXPLAIN])

/** The file is opened read-only; this refuses what would write elsewhere, as COPY does. */
async function refuseWriting(db: Db, text: string): Promise<void> {
  const { length } = statements(text)
  if (length !== 1) throw usageError({ what: `one statement at a time: this is ${length || 'none'}` })
  const extracted = await db.connection.extractStatements(text)
  // The engine takes a PIVOT without an IN list apart: one statement for the list, one for the rest.
  const prepared = extracted.count === 1 ? await extracted.prepare(0) : undefined
  const reads = prepared === undefined || reading.has(prepared.statementType)
  prepared?.destroySync()
  if (reads) return
  throw usageError({
    what: 'the published warehouse is read-only: this statement does not read',
    how: 'Write a SELECT.',
  })
}

import { compact } from '../../pipelines/compact/compact.ts'
import { openDatabase } from '../../pipelines/duckdb.ts'
import { silent } from '../../pipelines/log.ts'
import { openProject } from '../../pipelines/project.ts'

// Puts together what has landed of the project named on the command line; a process of its own, so that it can be killed.
const project = await openProject(process.argv[2] as string)
const db = await openDatabase(':memory:')
const ctx = { project, asOf: '2024-03-09', clock: () => new Date(), log: silent, env: process.env }
await compact(ctx, db, { always: true })
db.close()

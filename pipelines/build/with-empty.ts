import { withPositions } from '../engine-error.ts'
import type { Project } from '../project.ts'
import { type Checking, openChecking } from './check.ts'
import { openGround } from './ground.ts'
import { openBlank } from './memory.ts'
import { type Parameters, parametersOf } from './parameters.ts'

/** The code of a project over a warehouse in memory that has its tables and no row. */
export interface EmptyProject {
  checking: Checking
  /** Those of the project; the day is no day of it. */
  parameters: Parameters
}

/** Does something with a project's models without its data. */
export async function withEmpty<T>(project: Project, work: (empty: EmptyProject) => Promise<T>): Promise<T> {
  const parameters = parametersOf(project, '2000-01-01')
  const ground = await openGround(project, parameters, openBlank())
  try {
    return await withPositions(ground.db, async () =>
      work({ checking: await openChecking(project, ground), parameters }),
    )
  } finally {
    ground.db.close()
  }
}

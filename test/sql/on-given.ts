import { join } from 'node:path'
import { makeEmpty } from '../../pipelines/build/check.ts'
import { defineParameters } from '../../pipelines/build/parameters.ts'
import { orderOf } from '../../pipelines/build/plan.ts'
import { runModel } from '../../pipelines/build/run-model.ts'
import { chosen } from '../../pipelines/build/select.ts'
import { withEmpty } from '../../pipelines/build/with-empty.ts'
import type { Db } from '../../pipelines/duckdb.ts'
import { baseDir, openProject } from '../../pipelines/project.ts'

interface OnGiven<T> {
  asOf: string
  /** Puts rows into tables that the models read; all others are empty. */
  give: (db: Db) => Promise<void>
  /** Models to run on them, each after those it reads. */
  models: readonly string[]
  look: (db: Db) => Promise<T>
}

/** Runs models of the base on given rows of the tables they read, without what those are made from. */
export async function onGiven<T>({ asOf, give, models, look }: OnGiven<T>): Promise<T> {
  const project = await openProject(join(baseDir, 'data', 'online-retail'))
  return withEmpty(project, async ({ checking, parameters }) => {
    const { db, code, types } = checking
    const needed = chosen(
      models.map((name) => `+${name}`),
      { code },
    )
    const order = orderOf(code.models, code.macros, []).filter(({ name }) => needed.has(name))
    await makeEmpty(checking, order)
    const given = { ...parameters, asOf }
    await defineParameters(db, given)
    await give(db)
    for (const model of order)
      if (models.includes(model.name)) await runModel(db, model, { parameters: given, types })
    return look(db)
  })
}

import { sql } from 'kysely'
import { objectOf } from '../build/head.ts'
import type { BuildPlan, Step } from '../build/plan-build.ts'
import { ownSchemas } from '../build/read.ts'
import { forget, type ModelRow, type Standing } from '../build/store.ts'
import type { Db } from '../duckdb.ts'
import { layViews, type Published } from './workbench.ts'

/** Where a model's rows come from. */
export type Layer =
  | { from: 'published'; row: ModelRow }
  /** Made in an earlier pass and still true. */
  | { from: 'own'; row: ModelRow }
  | { from: 'build' }

export type Layers = ReadonlyMap<string, Layer>

/** Rows of the same fingerprint are the same rows: those of the published version are taken first. */
export function layersOf({ steps }: BuildPlan, published: Published): Layers {
  return new Map(steps.map((step) => [step.model.name, layerOf(step, published)]))
}

function layerOf({ model, fingerprint, reused }: Step, { models, objects }: Published): Layer {
  const row = models.get(model.name)
  const stands = row?.fingerprint === fingerprint && objects.get(model.name) === objectOf(model.head.kind)
  if (row && stands) return { from: 'published', row }
  return reused ? { from: 'own', row: reused } : { from: 'build' }
}

/**
 * Makes names resolve: drops tables of one's own that are true no longer because the code went back to what is
 * published, or that no model makes; lays views of published tables where they are missing, and all of them anew
 * when `isNew`.
 */
export async function lay(
  db: Db,
  standing: Standing,
  layers: Layers,
  { isNew }: { isNew: boolean },
): Promise<void> {
  const { objects, models } = standing
  const published = [...layers].filter(([, { from }]) => from === 'published').map(([name]) => name)
  const views = published.filter((name) => isNew || models.has(name) || objects.get(name) !== 'view')
  const strays = [...objects.keys()].filter(
    (name) => !layers.has(name) && !ownSchemas.includes(name.split('.')[0] as string),
  )
  const stale = [...views, ...strays].filter((name) => objects.has(name))
  const forgotten = [...models.keys()].filter(
    (name) => (layers.get(name)?.from ?? 'published') === 'published',
  )
  await forget(db, forgotten, [])
  if (stale.length + views.length === 0) return
  await db.transaction(async () => {
    for (const name of stale) await drop(db, name, objects)
    await layViews(db, views)
  })
}

/** A table may take the place of a view only when that is dropped first. */
export async function drop(db: Db, name: string, objects: Standing['objects']): Promise<void> {
  const kind = objects.get(name)
  if (kind) await db.run(sql`drop ${sql.raw(kind)} if exists ${sql.table(name)}`)
}

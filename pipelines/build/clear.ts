import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import type { BuildPlan } from './plan-build.ts'
import { ownSchemas } from './read.ts'
import { forget } from './store.ts'

/** Makes room: forgets what is made anew, drops what no model makes any more, makes the schemas. */
export async function clear(db: Db, plan: BuildPlan): Promise<void> {
  const anew = plan.steps.filter(({ reused }) => !reused).map(({ model }) => model.name)
  await forgetStale(db, plan, anew)
  await dropStale(db, plan)
  for (const schema of new Set(anew.map((name) => name.split('.')[0] as string))) {
    await db.run(sql`create schema if not exists ${sql.id(schema)}`)
  }
}

async function forgetStale(db: Db, plan: BuildPlan, anew: string[]): Promise<void> {
  const { code, standing, carried, audits, left } = plan
  const gone = left ? [] : [...standing.models.keys()].filter((name) => !code.models.has(name))
  const key = ({ model, test }: { model: string; test: string }) => `${model}\n${test}`
  const kept = new Set(carried.map(key))
  const asked = new Set(audits.map(key))
  // Of a part of the models, only what is asked again is forgotten.
  const stale = standing.audits.filter((audit) => (left ? asked.has(key(audit)) : !kept.has(key(audit))))
  await forget(db, [...anew, ...gone], stale)
}

/** A table may become a view only when it is dropped first. */
async function dropStale(db: Db, { code, standing, left }: BuildPlan): Promise<void> {
  for (const [name, kind] of standing.objects) {
    const [schema] = name.split('.') as [string]
    const stays =
      ownSchemas.includes(schema) ||
      code.models.get(name)?.head.kind === kind ||
      (left && (left.has(name) || !code.models.has(name)))
    if (!stays) await db.run(sql`drop ${sql.raw(kind)} ${sql.table(name)}`)
  }
}

import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { objectOf } from './head.ts'
import { isIncremental } from './incremental.ts'
import { forgetDigests } from './input-digests.ts'
import type { BuildPlan } from './plan-build.ts'
import { ownSchemas } from './read.ts'
import { forget } from './store.ts'

/** Makes room: forgets what is made anew, drops what no model makes any more, makes the schemas. */
export async function clear(db: Db, plan: BuildPlan): Promise<void> {
  // What is renewed in part still stands under its former row, until both are replaced at once.
  const anew = plan.steps.filter(({ reused, renewal }) => !reused && !renewal).map(({ model }) => model.name)
  await forgetStale(db, plan, anew)
  await dropStale(db, plan)
  await forgetDigests(db, incrementalNames(plan))
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
/** Models whose digests are still of use, those that are left as they stand included. */
function incrementalNames({ code, standing, left }: BuildPlan): string[] {
  const own = [...code.models.values()].filter(isIncremental).map(({ name }) => name)
  const kept = [...(left ?? [])].filter((name) => standing.models.get(name)?.kind === 'incremental')
  return [...own, ...kept]
}

async function dropStale(db: Db, { code, standing, left }: BuildPlan): Promise<void> {
  for (const [name, kind] of standing.objects) {
    const [schema] = name.split('.') as [string]
    const model = code.models.get(name)
    const stays =
      ownSchemas.includes(schema) ||
      (model && objectOf(model.head.kind) === kind) ||
      (left && (left.has(name) || !code.models.has(name)))
    if (!stays) await db.run(sql`drop ${sql.raw(kind)} ${sql.table(name)}`)
  }
}

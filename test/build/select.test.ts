import { expect, test } from 'vitest'
import { build, plan } from '../../pipelines/build/build.ts'
import type { PlannedModel } from '../../pipelines/build/planned.ts'
import type { Db } from '../../pipelines/duckdb.ts'
import { printPlan } from '../../pipelines/print-plan.ts'
import type { Project } from '../../pipelines/project.ts'
import { context } from './alone.ts'
import { edit, editableShop, shopWarehouse } from './shop.ts'

const runId = '2024-03-31-00000000'
const chosen = (project: Project, db: Db, select?: string[], asOf?: string) =>
  build(context(project, asOf), db, { full: false, runId, ...(select ? { select } : {}) })
const planOf = (project: Project, db: Db, select?: string[], asOf?: string) =>
  plan(context(project, asOf), db, { full: false, select })

/** `action name: why` of each model, in the order of the plan. */
const told = (planned: PlannedModel[]) =>
  planned.map(({ action, name, why, stale }) => [stale ? 'stale' : action, name, ...why].join(' | '))
const named = (planned: PlannedModel[], action: string) =>
  planned.filter((model) => model.action === action).map(({ name }) => name)

async function builtShop(): Promise<[Project, Db]> {
  const [project, db] = [await editableShop(), await shopWarehouse()]
  await chosen(project, db)
  return [project, db]
}

test('names, what they are made from, what is made from them, patterns and tags', async () => {
  const [project, db] = await builtShop()
  await edit(project, 'core/new_customers.sql', (text) =>
    text.replace('kind: view', 'kind: view\ntags: [young]'),
  )
  const left = async (...select: string[]) => named(await planOf(project, db, select), 'reuse').toSorted()
  expect(await left('core.customers')).toEqual(['core.customers'])
  expect(await left('core.customers+')).toEqual(['core.customers', 'core.new_customers'])
  expect(await left('+core.customers')).toEqual(['core.customers', 'staging.orders', 'staging.people'])
  expect(await left('staging.people+', 'core.gaps')).toEqual([
    'core.customers',
    'core.gaps',
    'core.new_customers',
    'staging.people',
  ])
  expect(await left('staging.*')).toEqual(['staging.orders', 'staging.people'])
  expect(await left('tag:young')).toEqual(['core.new_customers'])
  expect(await left('changed')).toEqual([])
})

test('every selector that names nothing is told, with the name that was meant', async () => {
  const [project, db] = await builtShop()
  await edit(project, 'core/new_customers.sql', (text) =>
    text.replace('kind: view', 'kind: view\ntags: [young]'),
  )
  const error = await planOf(project, db, ['core.custmers+', 'tag:yung', 'cor.*', 'core.gaps']).catch(
    (e) => e,
  )
  expect(error.exitCode).toBe(2)
  expect(error.message).toBe(
    [
      'no model is called core.custmers\n  Did you mean core.customers?',
      'no model has the tag yung\n  Did you mean young?',
      "no model's name is like cor.*\n  Write schema.*, such as ltv.*.",
    ].join('\n\n'),
  )
})

test('the plan says why each model is made', async () => {
  const [project, db] = [await editableShop(), await shopWarehouse()]
  expect((await planOf(project, db)).map(({ why }) => why)).toEqual(Array(5).fill(['new']))
  await chosen(project, db)
  expect(named(await planOf(project, db), 'reuse')).toHaveLength(5)
  await edit(project, 'macros/money.sql', (text) => text.replace('then 0.5', 'then 0.8'))
  await edit(project, 'staging/people.sql', (text) => text.replace('select', 'select distinct'))
  const { config } = project
  const later = { ...project, config: { ...config, params: { ...config.params, lapse_quantile: 0.7 } } }
  expect(told(await planOf(later, db, undefined, '2024-03-30')).toSorted()).toEqual([
    'build | core.customers | macro euro_rate changed | input staging.orders changed | input staging.people changed',
    'build | core.gaps | parameter lapse_quantile changed from 0.5 to 0.7 | as-of date changed from 2024-03-31 to 2024-03-30 | input staging.orders changed',
    'build | core.new_customers | as-of date changed from 2024-03-31 to 2024-03-30 | input core.customers changed',
    'build | staging.orders | as-of date changed from 2024-03-31 to 2024-03-30',
    'build | staging.people | SQL changed',
  ])
})

test('what is outside the selection stays as it stands, and the plan says what of it is stale', async () => {
  const [project, db] = await builtShop()
  const stale = await db.rows('select * from core.customers order by all')
  await db.run("insert into raw.people values ('p3', 'Joan Clarke', null)")
  await db.run("insert into raw.orders values ('o5', 'p3', date '2024-03-02', 'GBP', 9)")
  const planned: PlannedModel[] = []
  const before = await db.rows("select * from ops.audits where model <> 'staging.people' order by all")
  const result = await build(context(project), db, {
    full: false,
    runId: 'another',
    select: ['staging.people'],
    onPlan: (all) => planned.push(...all),
  })
  expect(result.models.map(({ name, action, rows }) => [name, action, rows])).toEqual([
    ['staging.people', 'built', 3],
  ])
  expect(told(planned).toSorted()).toEqual([
    'build | staging.people | input raw.people changed',
    'stale | core.customers | input staging.orders changed | input staging.people changed',
    'stale | core.gaps | input staging.orders changed',
    'stale | core.new_customers | input core.customers changed',
    'stale | staging.orders | input raw.orders changed',
  ])
  expect(printPlan(planned)).toContain('plan: 1 to build, 0 reused, 4 left as they stand, 4 of them stale')
  expect(await db.rows('select * from core.customers order by all')).toEqual(stale)
  expect(await db.rows("select * from ops.audits where model <> 'staging.people' order by all")).toEqual(
    before,
  )
  expect(await db.rows('select run_id from ops.run')).toEqual([{ run_id: runId }])
  // A model made from what is stale is not taken for a fresh one afterwards.
  await edit(project, 'core/customers.sql', (text) =>
    text.replace('count(*) as orders', 'count(1) as orders'),
  )
  await chosen(project, db, ['core.customers'])
  const rest = await chosen(project, db)
  expect(
    rest.models
      .filter(({ action }) => action === 'built')
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(['core.customers', 'core.gaps', 'core.new_customers', 'staging.orders'])
  expect(await db.rows("select full_name from core.customers where customer_id = 'Pp3'")).toEqual([
    { full_name: 'Joan Clarke' },
  ])
})

test('changed takes the models whose own code changed, not those that have new input', async () => {
  const [project, db] = await builtShop()
  await db.run("insert into raw.orders values ('o5', 'p1', date '2024-03-02', 'EUR', 9)")
  await edit(project, 'staging/people.sql', (text) => text.replace('select', 'select distinct'))
  const own = await planOf(project, db, ['changed'], '2024-03-30')
  expect(named(own, 'build')).toEqual(['staging.people'])
  const all = await planOf(project, db, ['changed+'], '2024-03-30')
  expect(named(all, 'build')).toEqual(['staging.people', 'core.customers', 'core.new_customers'])
})

test('inputs that are not there yet are made with the model that reads them', async () => {
  const [project, db] = [await editableShop(), await shopWarehouse()]
  const planned = await planOf(project, db, ['core.gaps'])
  expect(told(planned.filter(({ action }) => action === 'build'))).toEqual([
    'build | staging.orders | not there yet, and core.gaps reads it',
    'build | core.gaps | new',
  ])
  const { models, audits } = await chosen(project, db, ['core.gaps'])
  expect(models.map(({ name }) => name)).toEqual(['staging.orders', 'core.gaps'])
  expect(audits.failed).toBe(0)
  expect(
    await db.rows("select distinct model from ops.audits where model in ('core.customers', 'sql/tests')"),
  ).toEqual([])
})

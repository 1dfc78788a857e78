import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from '../../pipelines/build/build.ts'
import { extract } from '../../pipelines/extract/extract.ts'
import { openLedger } from '../../pipelines/ledger.ts'
import { load } from '../../pipelines/load/load.ts'
import { silent } from '../../pipelines/log.ts'
import { reportStage } from '../../pipelines/nightly.ts'
import { openProject, type Project } from '../../pipelines/project.ts'
import { openBuilding } from '../../pipelines/publish/building.ts'
import { publish } from '../../pipelines/publish/publish.ts'
import type { StageContext } from '../../pipelines/stage.ts'
import { openShopAfterNight } from '../first-night.ts'

/** What an author could write that a page must not run. */
export const hostile = `<script>document.title = 'owned'</script><img src=x onerror="document.title='owned'">&"'`

const strange = `/*
description: ${JSON.stringify(hostile)}
grain: ${JSON.stringify(`one row ${hostile}`)}
owner: ${JSON.stringify(hostile)}
tags: [${JSON.stringify(hostile)}]
columns:
  '<b>"bold"</b>': {type: INTEGER, description: ${JSON.stringify(hostile)}, tests: [{accepted_values: [1], name: ${JSON.stringify(hostile)}}]}
  customer: {type: VARCHAR, description: Copied from a personal column}
  renamed: {type: VARCHAR, description: The same one step on}
tests:
  - expression: "'</script><script>document.title = ''owned''</script>' is not null"
*/
with seen as (select customer_id as customer from raw.invoice_lines) -- </code></pre><script>document.title = 'owned'</script>
select 1 as "<b>""bold""</b>", customer, customer as renamed
from seen
limit 3
`

const strangeQueries = `-- name: lines
select '</script><script>document.title = ''owned''</script>' as label, "<b>""bold""</b>" as bold, customer
from odd.strange
`

/** A small shop with two published nights, the pack of the second, and names that nobody should choose. `out` is the catalogue. */
export async function openSite(name: string): Promise<{ project: Project; ctx: StageContext; out: string }> {
  const shop = await openShopAfterNight(name)
  const files = {
    'sql/odd/strange.sql': strange,
    'reports/odd/queries.sql': strangeQueries,
    'reports/odd/en.md': '---\ntitle: Odd\norder: 99\nformats: [html]\n---\n',
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(shop.dir, path, '..'), { recursive: true })
    await writeFile(join(shop.dir, path), text)
  }
  const project = await openProject(shop.dir)
  const ctx: StageContext = {
    project,
    asOf: '2011-12-09',
    clock: () => new Date('2011-12-12T02:00:00Z'),
    log: silent,
    env: {},
  }
  await shop.deliver(1)
  await night({ ...ctx, clock: () => new Date('2011-12-11T02:00:00Z') }, '2011-12-10-00000001')
  const ledger = await openLedger(project, { command: 'report', asOf: ctx.asOf }, ctx)
  await reportStage(ctx, ledger, { formats: ['html'] })
  return { project, ctx, out: join(project.paths.published, ctx.asOf, 'catalogue') }
}

async function night(ctx: StageContext, runId: string): Promise<void> {
  const ledger = await openLedger(ctx.project, { command: 'nightly', asOf: ctx.asOf }, ctx)
  await extract(ctx)
  const db = await openBuilding(ctx.project, { fresh: true, full: false })
  try {
    await load(ctx, db, { full: false })
    const { models } = await build(ctx, db, { full: false, runId })
    const built = models.filter(({ action }) => action === 'built')
    const seconds = Object.fromEntries(built.map((model, i) => [model.name, i / 100]))
    ledger.record.runId = runId
    ledger.record.models = { built: built.length, reused: models.length - built.length, seconds }
    await publish(ctx.project, db, runId)
  } finally {
    db.close()
  }
  await ledger.finish('done')
}

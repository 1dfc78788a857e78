import { join } from 'node:path'
import { objectOf, type TableTest } from '../build/head.ts'
import type { StoredColumn } from '../build/store.ts'
import { formatFault } from '../error.ts'
import { baseDir, shownPath } from '../project.ts'
import type { StageContext } from '../stage.ts'
import { watchFolders } from '../watch.ts'
import { catalogues } from './catalogues.ts'
import { diffTable, type TableDiff } from './diff.ts'
import type { TableFacts } from './facts.ts'
import type { Sample } from './grid.ts'
import { type DevModel, openPasses, type Pass } from './pass.ts'
import { firstRows } from './show.ts'
import { openWorkbench, type Workbench } from './workbench.ts'

export interface DevOptions {
  /** The analyst's own file. */
  file: string
  /** First rows shown of a model that changed. */
  limit: number
  personal: boolean
}

/** A model that is not as published: its first rows where the change began, and the difference. */
export interface ModelReport {
  model: string
  made: boolean
  rows: number
  sample?: Sample
  /** Absent for a model that is not in the published version. */
  diff?: TableDiff
}

/** What one pass did, told bit by bit and then as a whole. */
export interface DevReport extends Omit<Pass, 'faults'> {
  runId: string
  asOf: string
  models: ModelReport[]
  faults: string[]
  seconds: number
}

/** Where a session tells what it does. */
export interface DevEvents {
  /** `saved`: the files that changed, relative; none at the beginning. */
  onStart(saved: string[]): void
  onModel(report: ModelReport): void
  onEnd(report: DevReport): void
}

export interface Session {
  /** Brings the own file up to date with the code and tells how it differs. */
  pass(saved?: string[]): Promise<DevReport>
  close(): void
}

/** Opens the analyst's own file on top of the published version. As of the day of that version unless told. */
export async function openSession(
  ctx: Omit<StageContext, 'asOf'> & { asOf?: string | undefined },
  options: DevOptions,
  events: DevEvents,
): Promise<Session> {
  const bench = await openWorkbench(ctx.project, options.file)
  const asOf = () => ctx.asOf ?? bench.published.asOf
  const stage: StageContext = {
    ...ctx,
    get asOf() {
      return asOf()
    },
  }
  const passes = await openPasses(stage, bench)
  let isFirst = true
  return {
    async pass(saved = []) {
      const from = performance.now()
      events.onStart(saved)
      const models: ModelReport[] = []
      let roots = 0
      const { faults, ...done } = await passes.run({
        async onModel(model) {
          if (!model.made && !isFirst) return
          const isShown = model.made && model.isRoot && roots++ < fullyShown
          const report = await reportOf(bench, model, isShown ? options : undefined)
          models.push(report)
          events.onModel(report)
        },
      })
      isFirst = false
      const report: DevReport = {
        runId: bench.published.runId,
        asOf: asOf(),
        ...done,
        models,
        faults: faults.map(formatFault),
        seconds: (performance.now() - from) / 1000,
      }
      events.onEnd(report)
      return report
    },
    close: () => bench.close(),
  }
}

/** A changed macro may be the beginning of many models: the rows of the first few are shown. */
const fullyShown = 3

async function reportOf(
  { db, published }: Workbench,
  { step, columns, rows, made }: DevModel,
  shown: DevOptions | undefined,
): Promise<ModelReport> {
  const { name } = step.model
  const after = factsOf(step, columns)
  const row = published.models.get(name)
  const before: TableFacts | undefined = row && { ...after, columns: JSON.parse(row.columns_json) }
  return {
    model: name,
    made,
    rows,
    ...(shown ? { sample: await firstRows(db, catalogues.own, after, shown) } : {}),
    ...(before ? { diff: await diffTable(db, { before, after }) } : {}),
  }
}

function factsOf({ model }: DevModel['step'], columns: StoredColumn[]): TableFacts {
  const { description = null, grain = null } = model.head
  const uniques = model.tests.flatMap(({ test, column }) => {
    const unique = (test as TableTest).unique as TableTest['unique'] | true
    if (unique === undefined) return []
    return [unique === true ? [column as string] : unique]
  })
  return { name: model.name, kind: objectOf(model.head.kind), description, grain, columns, uniques }
}

/** Goes on until `signal`: after every save, and after every new published version, another pass. */
export async function watchSession(
  ctx: Pick<StageContext, 'project'>,
  session: Session,
  signal: AbortSignal,
) {
  const { dir, paths } = ctx.project
  const watching = watchFolders([join(baseDir, 'sql'), join(dir, 'sql')], [paths.warehouse])
  signal.addEventListener('abort', () => watching.close())
  try {
    await session.pass()
    while (!signal.aborted) {
      const saved = await watching.changed()
      if (!signal.aborted) await session.pass([...saved].map(shownPath))
    }
  } finally {
    watching.close()
    session.close()
  }
}

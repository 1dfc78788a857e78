import type { Db } from '../duckdb.ts'
import { throwFaults } from '../error.ts'
import { deliveredColumns } from '../raw.ts'
import type { StageContext } from '../stage.ts'
import { type Audit, auditsOf, loose } from './audits.ts'
import { columnFaults, printedTypes, typeFaults } from './columns.ts'
import { type FingerprintInputs, fingerprintsOf, fitFingerprint, runnerFingerprint } from './fingerprint.ts'
import { externalTables, inputFingerprints } from './inputs.ts'
import { type Memory, openMemory } from './memory.ts'
import { type Parameters, parametersOf } from './parameters.ts'
import { openParser, type Parser } from './parse.ts'
import { orderOf } from './plan.ts'
import { type PlannedModel, plannedOf } from './planned.ts'
import { publishedRows, rowsBefore } from './published-rows.ts'
import { readCode } from './read.ts'
import type { Restated } from './renewal.ts'
import { selected } from './select.ts'
import type { Code } from './source.ts'
import { type Step, stepsOf } from './steps.ts'
import { type AuditRow, type ModelRow, readStanding, type Standing, type StoredColumn } from './store.ts'

export type { PlannedModel } from './planned.ts'
export type { Step } from './steps.ts'

/** A build that has not begun: every fault that reading can find is thrown by now, and nothing is written. */
export interface BuildPlan {
  code: Code
  standing: Standing
  parameters: Parameters
  /** Columns of the tables that load makes, as their contracts tell of them. */
  delivered: ReadonlyMap<string, StoredColumn[]>
  /** Declared types as the engine prints them. */
  types: ReadonlyMap<string, string>
  /** In an order in which every model comes after those it reads. */
  steps: Step[]
  audits: Audit[]
  /** Audits of earlier builds whose test and tables have not changed. */
  carried: AuditRow[]
  /** What happens to each model of the project, and why. */
  planned: PlannedModel[]
  /** With a selection: the models outside it. */
  left?: ReadonlySet<string>
  /** What was found out about texts, now and before. */
  memory: Memory
}

export interface PlanOptions {
  full: boolean
  /** Selectors; everything when absent. */
  select?: readonly string[] | undefined
  /** Days whose intervals are made anew in incremental models, whether or not an input has changed. */
  restate?: Restated | undefined
}

/** What a process that plans again and again has at hand; without it, it is read anew. */
export interface PlanGiven {
  standing?: Standing
  parser?: Parser
  delivered?: BuildPlan['delivered']
  /** Fingerprint of what makes tables from models. */
  runner?: string
  /** What is published, where it is known. */
  published?: { asOf: string; models: ReadonlyMap<string, ModelRow> }
}

export async function planBuild(
  { project, asOf }: StageContext,
  db: Db,
  { full, select, restate }: PlanOptions,
  given: PlanGiven = {},
): Promise<BuildPlan> {
  const looking = Promise.resolve(given.standing ?? readStanding(db))
  const parser = given.parser ?? openParser(db, await openMemory(project))
  const [standing, code] = await Promise.all([
    looking,
    readCode(project, db, { external: looking.then(externalTables), parser }),
  ])
  if (!given.parser) await parser.memory.save()
  const declared = new Set(declaredTypes(code))
  const types = await printedTypes(db, declared)
  if (types.size < declared.size) throwFaults(typeFaults(code.models.values(), types))
  const parameters = parametersOf(project, asOf)
  const order = orderOf(code.models, code.macros, [])
  const hasTs = order.some(({ language }) => language === 'ts')
  const facts: FingerprintInputs = {
    parameters,
    external: await inputFingerprints(db, standing, code),
    runner: given.runner ?? (await runnerFingerprint(standing.engine)),
    fit: hasTs ? await fitFingerprint() : '',
  }
  const whole = fingerprintsOf(code, order, facts)
  const selection = select ? selected(select, { code, order, whole, standing }) : undefined
  const left = selection && new Set(order.map(({ name }) => name).filter((name) => !selection.has(name)))
  const prints = left ? fingerprintsOf(code, order, facts, fingerprintsLeft(left, standing)) : whole
  const chosen = order.filter(({ name }) => !left?.has(name))
  const steps = stepsOf(chosen, { code, prints, standing, full, restate })
  throwFaults(steps.flatMap((step) => staleHeadFaults(step, types)))
  const carried = full ? new Map<string, AuditRow>() : carriedOver(standing)
  const published = given.published
    ? rowsBefore(given.published, asOf)
    : await publishedRows(project, asOf, code)
  const audits = auditsOf(code, prints, published).filter((audit) => !left || concerns(audit, left, standing))
  const stands = audits.map((audit) => (audit.always ? undefined : carried.get(keyOf(audit))))
  return {
    code,
    standing,
    delivered: given.delivered ?? (await deliveredColumns(project)),
    parameters,
    types,
    steps,
    audits: audits.filter((_, i) => !stands[i]),
    carried: stands.filter((row) => row !== undefined),
    planned: plannedOf({ order, steps, whole, standing, full, needed: selection ?? new Map() }),
    ...(left ? { left } : {}),
    memory: parser.memory,
  }
}

const fingerprintsLeft = (left: ReadonlySet<string>, { models }: Standing): Map<string, string> =>
  new Map([...left].map((name) => [name, models.get(name)?.fingerprint ?? '']))

/** Whether an audit is of the models that are selected, and everything else it reads stands. */
function concerns({ model, reads }: Audit, left: ReadonlySet<string>, { models }: Standing): boolean {
  if (left.has(model) || (model === loose && reads.isSubsetOf(left))) return false
  return [...reads].every((name) => !left.has(name) || models.has(name))
}

/** The types that heads declare, as their authors write them. */
export function* declaredTypes({ models }: Code): Iterable<string> {
  for (const { head } of models.values()) {
    for (const { type } of Object.values(head.columns)) if (type !== undefined) yield type
  }
}

/** A head may have changed although the rows have not: it must still tell the truth of them. */
const staleHeadFaults = ({ model, reused }: Step, types: ReadonlyMap<string, string>) =>
  reused ? columnFaults(model, JSON.parse(reused.columns_json) as StoredColumn[], types) : []

const keyOf = ({ model, test, severity, fingerprint }: Audit | AuditRow) =>
  [model, test, severity, fingerprint].join('\n')

/** A failed audit is never carried over: it is asked again. */
const carriedOver = ({ audits }: Standing) =>
  new Map(audits.filter(({ status }) => status !== 'failed').map((row) => [keyOf(row), row]))

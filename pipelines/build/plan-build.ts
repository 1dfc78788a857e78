import type { Db } from '../duckdb.ts'
import { throwFaults } from '../error.ts'
import type { StageContext } from '../stage.ts'
import { type Audit, auditsOf } from './audits.ts'
import { needsOf } from './closure.ts'
import { columnFaults, printedTypes, typeFaults } from './columns.ts'
import { fingerprintsOf, fitFingerprint, runnerFingerprint } from './fingerprint.ts'
import { externalTables, inputFingerprints } from './inputs.ts'
import { type Parameters, parametersOf } from './parameters.ts'
import { inputsOf, orderOf } from './plan.ts'
import { readCode } from './read.ts'
import { type Code, type Model, selectsOf } from './source.ts'
import { type AuditRow, type ModelRow, readStanding, type Standing, type StoredColumn } from './store.ts'

/** What is to happen to one model. */
export interface Step {
  model: Model
  fingerprint: string
  /** Models that it reads. */
  inputs: string[]
  macros: ReadonlySet<string>
  /** The row it is reused by; absent when the model is to be made. */
  reused?: ModelRow
}

/** A build that has not begun: every fault that reading can find is thrown by now, and nothing is written. */
export interface BuildPlan {
  code: Code
  standing: Standing
  parameters: Parameters
  /** Declared types as the engine prints them. */
  types: ReadonlyMap<string, string>
  /** In an order in which every model comes after those it reads. */
  steps: Step[]
  audits: Audit[]
  /** Audits of earlier builds whose test and tables have not changed. */
  carried: AuditRow[]
}

export async function planBuild({ project, asOf }: StageContext, db: Db, full: boolean): Promise<BuildPlan> {
  const standing = await readStanding(db)
  const code = await readCode(project, db, { external: externalTables(standing) })
  const types = await printedTypes(db, declaredTypes(code))
  throwFaults(typeFaults(code.models.values(), types))
  const parameters = parametersOf(project, asOf)
  const order = orderOf(code.models, code.macros, [])
  const hasTs = order.some(({ language }) => language === 'ts')
  const prints = fingerprintsOf(code, order, {
    parameters,
    external: await inputFingerprints(db, standing, code),
    runner: await runnerFingerprint(standing.engine),
    fit: hasTs ? await fitFingerprint() : '',
  })
  const steps = order.map((model) => ({
    ...needed(model, code),
    ...stepOf(model, prints.models.get(model.name) as string, standing, full),
  }))
  throwFaults(steps.flatMap((step) => staleHeadFaults(step, types)))
  const carried = full ? new Map<string, AuditRow>() : carriedOver(standing)
  const audits = auditsOf(code, prints)
  return {
    code,
    standing,
    parameters,
    types,
    steps,
    audits: audits.filter((audit) => !carried.has(keyOf(audit))),
    carried: audits.flatMap((audit) => carried.get(keyOf(audit)) ?? []),
  }
}

function* declaredTypes({ models }: Code): Iterable<string> {
  for (const { head } of models.values()) {
    for (const { type } of Object.values(head.columns)) if (type !== undefined) yield type
  }
}

function needed(model: Model, { models, macros }: Code): Pick<Step, 'inputs' | 'macros'> {
  const references = selectsOf(model).map((select) => select.references)
  return { inputs: inputsOf(model, models, macros), macros: needsOf(references, macros).macros }
}

function stepOf(
  model: Model,
  fingerprint: string,
  { models, objects }: Standing,
  full: boolean,
): Pick<Step, 'model' | 'fingerprint' | 'reused'> {
  const row = models.get(model.name)
  const stands = row?.fingerprint === fingerprint && objects.get(model.name) === model.head.kind
  return row && stands && !full ? { model, fingerprint, reused: row } : { model, fingerprint }
}

/** A head may have changed although the rows have not: it must still tell the truth of them. */
const staleHeadFaults = ({ model, reused }: Step, types: ReadonlyMap<string, string>) =>
  reused ? columnFaults(model, JSON.parse(reused.columns_json) as StoredColumn[], types) : []

const keyOf = ({ model, test, severity, fingerprint }: Audit | AuditRow) =>
  [model, test, severity, fingerprint].join('\n')

/** A failed audit is never carried over: it is asked again. */
const carriedOver = ({ audits }: Standing) =>
  new Map(audits.filter(({ status }) => status !== 'failed').map((row) => [keyOf(row), row]))

import { readSources } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import { withPositions } from '../engine-error.ts'
import { ClienteleError, type Fault } from '../error.ts'
import type { Project } from '../project.ts'
import { type Audit, auditsOf } from './audits.ts'
import { needsOf } from './closure.ts'
import { describe, type GivenColumn, printedTypes, typeFaults } from './columns.ts'
import { createEmpty, type EmptyWarehouse, openEmpty } from './empty.ts'
import { externalTables } from './inputs.ts'
import { type MacroMaker, openMacros } from './macros.ts'
import { parametersOf } from './parameters.ts'
import { inputsOf, orderOf } from './plan.ts'
import { declaredTypes } from './plan-build.ts'
import { gatherCode, inOrder } from './read.ts'
import { countFailing } from './run-audits.ts'
import { checkedColumns } from './run-model.ts'
import { eachInput } from './run-ts.ts'
import { type Code, type Model, selectsOf } from './source.ts'

/** What checking the whole graph against empty tables found. */
export interface Checked {
  models: number
  audits: number
  /** Every fault, by file and position. */
  faults: Fault[]
  /** Models that could not be looked at because of one that they read. */
  passedOver: { name: string; because: string }[]
}

/**
 * Checks every model and every test of the project against empty tables made from its contracts, in memory: no data
 * is read and nothing of the project is written. A fault of one model does not hide those of models that do not
 * read it. Throws only what is wrong with the contracts: without them there is nothing to check against.
 */
export async function check(project: Project, asOf: string): Promise<Checked> {
  const empty = await openEmpty(await readSources(project), parametersOf(project, asOf))
  try {
    return await withPositions(empty.db, () => checkCode(project, empty))
  } finally {
    empty.db.close()
  }
}

/** What is at hand while models are checked one after the other. */
export interface Checking {
  db: Db
  code: Code
  faults: Fault[]
  /** Files that could not be read for what they are. */
  misread: ReadonlySet<string | undefined>
  types: ReadonlyMap<string, string>
  macros: CheckedMacros
  /** Models whose empty table stands. */
  made: Set<string>
  passedOver: Checked['passedOver']
}

async function checkCode(project: Project, empty: EmptyWarehouse): Promise<Checked> {
  const checking = await openChecking(project, empty)
  const { code, faults, passedOver } = checking
  await makeEmpty(checking, orderOf(code.models, code.macros, []))
  const audits = auditsOf(code, { models: new Map(), parts: new Map(), ofCheck: () => '' })
  await checkAudits(audits, checking)
  return { models: code.models.size, audits: audits.length, faults: inOrder(faults), passedOver }
}

/** Reads the code of a project for an empty warehouse; what is wrong with it is collected. */
export async function openChecking(project: Project, { db, standing }: EmptyWarehouse): Promise<Checking> {
  const { code, faults } = await gatherCode(project, db, { external: externalTables(standing) })
  const types = await printedTypes(db, declaredTypes(code))
  faults.push(...typeFaults(code.models.values(), types))
  const macros = checkedMacros(openMacros(db, code, standing.macros), code, faults)
  const misread = new Set(faults.map(({ where }) => where?.file))
  return { db, code, faults, misread, types, macros, made: new Set(), passedOver: [] }
}

/** Makes models as empty tables; each comes after those it reads. */
export async function makeEmpty(checking: Checking, models: readonly Model[]): Promise<void> {
  const { faults, misread, passedOver } = checking
  for (const model of models) {
    const because = await blocked(model, checking)
    if (because !== undefined) passedOver.push({ name: model.name, because })
    else if (![model.file.shown, model.file.replaces?.shown].some((file) => misread.has(file)))
      await collected(faults, () => checkModel(model, checking))
  }
}

/** The model or macro, not sound itself, that keeps this one from being looked at. */
async function blocked(model: Model, { code, macros, made }: Checking): Promise<string | undefined> {
  const input = inputsOf(model, code.models, code.macros).find((name) => !made.has(name))
  if (input !== undefined) return input
  const { macros: called } = needsOf(
    selectsOf(model).map(({ references }) => references),
    code.macros,
  )
  for (const name of called) if (!(await macros.stands(name))) return `${name}()`
  return undefined
}

async function checkModel(model: Model, { db, types, made }: Checking): Promise<void> {
  await createEmpty(db, model.name, await columnsOf(db, model, types))
  made.add(model.name)
}

async function columnsOf(
  db: Db,
  model: Model,
  types: ReadonlyMap<string, string>,
): Promise<readonly GivenColumn[]> {
  if (model.language === 'sql') return checkedColumns(db, model, types)
  await eachInput(model, (text) => describe(db, text))
  return Object.entries(model.head.columns).map(([name, { type }]) => ({
    name,
    type: types.get(type as string) as string,
  }))
}

/** Tests are asked of the empty tables: they must run, what they find says nothing. */
async function checkAudits(
  audits: readonly Audit[],
  { db, faults, macros, made, misread }: Checking,
): Promise<void> {
  const ready: Audit[] = []
  for (const audit of audits) {
    if (misread.has(audit.file.shown) || ![...audit.reads].every((name) => made.has(name))) continue
    const stand = await Promise.all([...audit.macros].map((name) => macros.stands(name)))
    if (stand.every(Boolean)) ready.push(audit)
  }
  for (const own of Map.groupBy(ready, ({ model }) => model).values()) {
    await collected(faults, () => countFailing(db, own))
  }
}

/** Makes macros when they are asked for; one that cannot be made is a fault, told once. */
export interface CheckedMacros {
  stands(name: string): Promise<boolean>
}

function checkedMacros(maker: MacroMaker, { macros }: Code, faults: Fault[]): CheckedMacros {
  const known = new Map<string, Promise<boolean>>()
  const make = async (name: string) => {
    const before = faults.length
    const inner = needsOf([macros.get(name)?.references ?? { tables: [], calls: [], oddities: [] }], macros)
    for (const other of inner.macros) if (other !== name && !(await stands(other))) return false
    await collected(faults, () => maker.ensure([name]))
    return faults.length === before
  }
  const stands = (name: string): Promise<boolean> => {
    const asked = known.get(name) ?? make(name)
    known.set(name, asked)
    return asked
  }
  return { stands }
}

async function collected(faults: Fault[], work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof ClienteleError)) throw error
    faults.push(...error.faults)
  }
}

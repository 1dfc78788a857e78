import type { Db } from '../duckdb.ts'
import { withPositions } from '../engine-error.ts'
import { ClienteleError, type Fault, throwFaults } from '../error.ts'
import type { Project } from '../project.ts'
import { type Audit, auditsOf } from './audits.ts'
import { type CheckKeys, checkKeys } from './check-keys.ts'
import { needsOf } from './closure.ts'
import { describe, type GivenColumn, printedTypes, typeFaults } from './columns.ts'
import { digest } from './digest.ts'
import { type Ground, openGround } from './ground.ts'
import { isIncremental, sliced } from './incremental.ts'
import { type MacroMaker, openMacros } from './macros.ts'
import { type Memory, openBlank, openMemory } from './memory.ts'
import { parametersOf } from './parameters.ts'
import { openParser } from './parse.ts'
import { inputsOf, orderOf } from './plan.ts'
import { declaredTypes } from './plan-build.ts'
import { gatherCode, inOrder } from './read.ts'
import { noReferences } from './references.ts'
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
  const memory = await openMemory(project)
  const ground = await openGround(project, parametersOf(project, asOf), memory)
  try {
    return await withPositions(ground.db, () => checkCode(project, ground, memory))
  } finally {
    ground.db.close()
    await memory.save()
  }
}

/** What is at hand while models are checked one after the other. */
export interface Checking {
  db: Db
  ground: Ground
  memory: Memory
  keys: CheckKeys
  code: Code
  faults: Fault[]
  /** Files that could not be read for what they are. */
  misread: ReadonlySet<string | undefined>
  types: ReadonlyMap<string, string>
  macros: CheckedMacros
  /** Models that are sound. */
  made: Set<string>
  passedOver: Checked['passedOver']
}

async function checkCode(project: Project, ground: Ground, memory: Memory): Promise<Checked> {
  const checking = await openChecking(project, ground, memory)
  const { code, faults, passedOver, keys } = checking
  await checkModels(checking, orderOf(code.models, code.macros, []))
  const audits = auditsOf(code, { models: new Map(), parts: new Map(), ofCheck: keys.ofTexts })
  await checkAudits(audits, checking)
  return { models: code.models.size, audits: audits.length, faults: inOrder(faults), passedOver }
}

/** Reads the code of a project for an empty warehouse; what is wrong with it is collected. */
export async function openChecking(project: Project, ground: Ground, memory?: Memory): Promise<Checking> {
  const { db, standing, external } = ground
  const parser = memory ? { parser: openParser(db, memory) } : {}
  const { code, faults } = await gatherCode(project, db, { external, ...parser })
  const types = await printedTypes(db, declaredTypes(code))
  faults.push(...typeFaults(code.models.values(), types))
  const macros = checkedMacros(openMacros(db, code, standing.macros), code, faults)
  const misread = new Set(faults.map(({ where }) => where?.file))
  const at = { db, ground, memory: memory ?? openBlank(), keys: checkKeys(code, ground) }
  return { ...at, code, faults, misread, types, macros, made: new Set(), passedOver: [] }
}

/** Makes models as empty tables; each comes after those it reads. */
export async function makeEmpty(checking: Checking, models: readonly Model[]): Promise<void> {
  await checkModels(checking, models)
  await checking.ground.stand(models.map(({ name }) => name))
}

/** Looks at models; each comes after those it reads. */
async function checkModels(checking: Checking, models: readonly Model[]): Promise<void> {
  const { faults, misread, passedOver, made, ground, memory, keys } = checking
  const isSound = (model: Model, columns: readonly GivenColumn[]) => {
    made.add(model.name)
    ground.columns.set(model.name, columns)
  }
  for (const model of models) {
    const isMisread = [model.file.shown, model.file.replaces?.shown].some((file) => misread.has(file))
    const key = keys.ofModel(model)
    const known = isMisread ? undefined : memory.recall<GivenColumn[]>('columns', key)
    if (known) {
      isSound(model, known)
      continue
    }
    const because = await blocked(model, checking)
    if (because !== undefined) passedOver.push({ name: model.name, because })
    else if (!isMisread)
      await collected(faults, async () => {
        const columns = await columnsOf(model, checking)
        memory.keep('columns', key, columns)
        isSound(model, columns)
      })
  }
}

/** The model or macro, not sound itself, that keeps this one from being looked at. */
async function blocked(model: Model, { code, macros, made, ground }: Checking): Promise<string | undefined> {
  const input = inputsOf(model, code.models, code.macros).find((name) => !made.has(name))
  if (input !== undefined) return input
  const { macros: called, tables } = needsOf(
    selectsOf(model).map(({ references }) => references),
    code.macros,
  )
  await ground.stand(tables)
  for (const name of called) if (!(await macros.stands(name))) return `${name}()`
  return undefined
}

async function columnsOf(model: Model, { db, code, types }: Checking): Promise<readonly GivenColumn[]> {
  if (model.language === 'sql') {
    const columns = await checkedColumns(db, model, types)
    if (isIncremental(model)) throwFaults((await sliced(db, model, code.macros, columns)).faults)
    return columns
  }
  await eachInput(model, (text) => describe(db, text))
  return Object.entries(model.head.columns).map(([name, { type }]) => ({
    name,
    type: types.get(type as string) as string,
  }))
}

/** Tests are asked of the empty tables: they must run, what they find says nothing. */
async function checkAudits(
  audits: readonly Audit[],
  { db, faults, macros, made, misread, memory, ground }: Checking,
): Promise<void> {
  const open = audits.filter(({ file, reads }) => !misread.has(file.shown) && reads.isSubsetOf(made))
  for (const own of Map.groupBy(open, ({ model }) => model).values()) {
    const key = digest(...own.map(({ fingerprint }) => fingerprint))
    if (memory.recall('sound', key)) continue
    const ready: Audit[] = []
    for (const audit of own) {
      await ground.stand(audit.tables)
      const stand = await Promise.all([...audit.macros].map((name) => macros.stands(name)))
      if (stand.every(Boolean)) ready.push(audit)
    }
    const before = faults.length
    await collected(faults, () => countFailing(db, ready))
    if (ready.length === own.length && faults.length === before) memory.keep('sound', key, true)
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
    const inner = needsOf([macros.get(name)?.references ?? noReferences], macros)
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

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contract } from '../contract.ts'
import { writeDurable } from '../durable.ts'
import { standingLoads, tableDir } from '../landing.ts'
import { type Project, privateDir } from '../project.ts'
import { readingHash } from './delivery.ts'

/**
 * Remembers that an input was read to its end: read again, against the same landing and by the same contract, it would
 * bring nothing. It only saves time: without it the input is read and found unchanged.
 */
interface Checked {
  input: string
  reading: string
  /** The last load that stood then. */
  after: string | null
}

const fileOf = (project: Project, contract: Contract) =>
  join(tableDir(project, contract.source, contract.table), 'checked.json')

/** Whether this input (sha256) was read before and brings nothing new. */
export async function isChecked(project: Project, contract: Contract, input: string): Promise<boolean> {
  const text = await readFile(fileOf(project, contract), 'utf8').catch(() => null)
  if (text === null) return false
  const now = await state(project, contract, input)
  return text === JSON.stringify(now)
}

export async function remember(project: Project, contract: Contract, input: string): Promise<void> {
  await privateDir(tableDir(project, contract.source, contract.table))
  await writeDurable(fileOf(project, contract), JSON.stringify(await state(project, contract, input)))
}

async function state(project: Project, contract: Contract, input: string): Promise<Checked> {
  const last = (await standingLoads(project, contract.source, contract.table)).at(-1)
  return { input, reading: readingHash(contract), after: last?.loadId ?? null }
}
